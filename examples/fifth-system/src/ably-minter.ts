/** Mints Ably tokens, each for one user: signs a request with the key's secret, swaps it at Ably for a token. */
import { randomUUID } from 'node:crypto'
import { type Minter, MintError } from '@valetkey/broker'
import { BrokerConfigError } from '@valetkey/broker/credential'
import { askUpstream, type UpstreamAnswer } from '@valetkey/broker/upstream'
import { refusalOf } from './ably-refusal.ts'
import { type Capability, canonical, sign } from './token-request.ts'

export interface AblyOptions {
  /** `<app id>.<key id>:<secret>`, as the dashboard shows it. */
  key: string
  /** What tokens may do: `{ news: ['history'] }`. Scopes of the broker, `history:news`, stand in its place. */
  capability: Capability
  /** Ends with a slash. @default 'https://main.realtime.ably.net/' */
  baseUrl?: string
  /** This server's time, in milliseconds since the epoch. @default the system's */
  clock?: { now(): number }
}

const DAY_MS = 86_400_000
const KEY = /^([\w-]+\.[\w-]+):([\w-]+)$/
const NAMES = { name: 'Ably', mend: 'check network, proxy and baseUrl' }

/** @throws {BrokerConfigError} at start-up, naming what to mend and no secret. */
export function ably({ key, capability, ...options }: AblyOptions): Minter {
  const { baseUrl = 'https://main.realtime.ably.net/', clock = Date } = options
  const [, keyName = '', secret = ''] = KEY.exec(key) ?? []
  if (secret === '') {
    const fault = { field: 'key', fault: 'is not <app id>.<key id>:<secret>' }
    throw new BrokerConfigError([fault], 'The Ably minter')
  }
  return {
    name: 'ably',
    // A token is bound to its user, as Ably's client id.
    shareable: false,
    limits: { defaultLifetimeMs: 900_000, maxLifetimeMs: DAY_MS },
    async mint({ subject = '', scope, lifetimeMs, signal, traceHeaders }) {
      signal.throwIfAborted()
      const startedAt = clock.now()
      const request = {
        keyName,
        ttl: Math.floor(lifetimeMs),
        capability: canonical(scope === undefined ? capability : capabilityOf(scope)),
        clientId: subject,
        timestamp: Math.floor(startedAt),
        nonce: randomUUID(),
      }
      const url = `${baseUrl}keys/${keyName}/requestToken`
      const call = { url, method: 'POST', json: sign(request, secret) }
      const context = { ...NAMES, signal, traceHeaders, fetch: globalThis.fetch }
      const answer = await askUpstream(call, context)
      const { token, lifeMs } = tokenIn(answer, startedAt)
      return {
        // Ably's REST API takes its tokens in base64.
        value: btoa(token),
        // By our clock, from before the call: how far Ably's is off does not matter.
        expiresAt: startedAt + Math.min(lifeMs, request.ttl),
        resource: baseUrl,
        ...(scope !== undefined && { scope }),
      }
    },
  }
}

/** `history:news publish:news` becomes `{ news: ['history', 'publish'] }`. */
function capabilityOf(scope: string): Capability {
  const operations = new Map<string, string[]>()
  for (const word of scope.split(' ')) {
    const [, operation = '', channel = ''] = /^([a-z-]+):(.+)$/.exec(word) ?? []
    if (operation === '') throw new MintError('invalid_target', 'a scope is not operation:channel')
    operations.set(channel, [...(operations.get(channel) ?? []), operation])
  }
  return Object.fromEntries(operations)
}

/** @throws {MintError} for a refusal, and for what is no token. */
function tokenIn(answer: UpstreamAnswer, now: number): { token: string; lifeMs: number } {
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, now)
  const { token, issued, expires } = contentOf(answer)
  if (typeof token === 'string' && typeof issued === 'number' && typeof expires === 'number')
    return { token, lifeMs: expires - issued }
  throw new MintError('upstream_invalid', 'Ably answered without a token, or not when it ends')
}

function contentOf({ text }: UpstreamAnswer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    // The parser's own words quote the answer.
    throw new MintError('upstream_invalid', 'Ably answered with what is not JSON; check baseUrl')
  }
}
