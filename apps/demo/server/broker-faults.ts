/** What the failure bench does to the broker of one session: it answers in its place, or holds it up. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from './session.ts'

const KINDS = ['error', 'busy', 'slow', 'malformed'] as const
/**
 * `error`: a bare 500, as of a gateway whose broker died · `busy`: 429 with `Retry-After` until that time
 * is over, then as ever · `slow`: 8 s late · `malformed`: a 200 whose JSON was cut off
 */
export type BrokerFault = (typeof KINDS)[number]

export interface BrokerFaults {
  isKind(kind: unknown): kind is BrokerFault
  /** The session's fault; `null` if its broker is whole. */
  of(session: Session): BrokerFault | null
  /** Others' sessions notice nothing. What a former fault still holds up goes on at once. */
  set(session: Session, fault: BrokerFault | null): void
  /** The answer given in the broker's place; without one the broker is to answer. */
  answerFor(session: Session | undefined): Promise<Response | undefined>
}

export const BUSY_MS = 3000
const SLOW_MS = 8000

interface Trouble {
  readonly fault: BrokerFault
  readonly over: AbortController
  /** When the busy broker serves again; known from the first request that it refused. */
  freeAt?: number
}

/** Creates the faults of a broker that is whole for everybody. */
export function createBrokerFaults(now: () => number = Date.now): BrokerFaults {
  // Gone with the session itself.
  const troubles = new WeakMap<Session, Trouble>()

  return {
    isKind: (kind): kind is BrokerFault => KINDS.includes(kind as BrokerFault),
    of: (session) => troubles.get(session)?.fault ?? null,
    set(session, fault) {
      troubles.get(session)?.over.abort()
      if (fault) troubles.set(session, { fault, over: new AbortController() })
      else troubles.delete(session)
    },
    async answerFor(session) {
      const trouble = session && troubles.get(session)
      switch (trouble?.fault) {
        case 'error':
          return answer(500, 'text/html', '<h1>Internal Server Error</h1>')
        case 'malformed':
          return answer(
            200,
            'application/json',
            '{"server_time":1795312345678,"tokens":[{"id":"0","aud',
          )
        case 'busy':
          trouble.freeAt ??= now() + BUSY_MS
          return trouble.freeAt > now() ? tooMany(trouble.freeAt - now()) : undefined
        case 'slow':
          // Rejects when the fault is over: then there is nothing left to wait for.
          await sleep(SLOW_MS, undefined, { signal: trouble.over.signal }).catch(() => {})
          return undefined
        default:
          return undefined
      }
    },
  }
}

function tooMany(forMs: number): Response {
  return answer(429, 'text/plain', 'Too many requests.', {
    'retry-after': String(Math.ceil(forMs / 1000)),
  })
}

function answer(
  status: number,
  type: string,
  ...[body, headers]: [body: string, headers?: Record<string, string>]
): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': type, 'cache-control': 'no-store', ...headers },
  })
}
