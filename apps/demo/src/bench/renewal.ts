/** Has the client renew the nodes' tokens while somebody watches. */
import { isTokenError, type TokenStatus } from '@valetkey/client'
import { type NodeAudience, recordsIn } from '../audiences.ts'
import { currentDelivery } from '../delivery.ts'
import { tokens } from '../tokens.ts'
import { nodeAudiences, passed } from './reads.ts'

/** Above the earliest refresh point, so that none is met by chance; below the least spacing of two mints. */
const SHARE = 0.6
const ROUNDING_MS = 200
const RECOVERY_MS = 20_000
const LEAST_PAUSE_MS = 100
const GIVE_UP_SPACING_MS = 10_500

/** When a token was last given up or refused, by the monotonic clock. */
let givenUpAt = Number.NEGATIVE_INFINITY

/** Audiences that asked in vain since they last had a token, and for how long that is remembered. */
const troubled = new Map<string, { isRemembered: boolean }>()

tokens.on('refresh-failed', ({ audience, code }) => {
  troubled.set(audience, { isRemembered: code === 'malformed_response' })
})
tokens.on('refreshed', ({ audience }) => void troubled.delete(audience))
tokens.on('identity-changed', () => troubled.clear())
tokens.on('refused', () => {
  givenUpAt = performance.now()
})

/** How long until a token is old enough to be renewed ahead of its time. */
function untilAskableMs({ mintedAt = 0, expiresAt = 0 }: TokenStatus): number {
  const lifetimeMs = expiresAt - mintedAt
  const waitMs = expiresAt - Date.now() - SHARE * lifetimeMs
  // Of a clock that was set since, the status tells nothing.
  return Math.min(Math.max(waitMs, 0), (1 - SHARE) * lifetimeMs)
}

/** Renews those of the nodes' tokens that would end while a broker pauses for some seconds. */
export async function renewOldest(): Promise<void> {
  const group = recordsIn(currentDelivery())
  const { mintedAt = 0, expiresAt = 0 } = tokens.status(group)
  await tokens.prepare(group, { minRemaining: SHARE * (expiresAt - mintedAt) }).catch(() => {})
}

/** Waits until the nodes' tokens are old enough for `askForRenewal` to ask at once. */
export function untilAskable(): Promise<void> {
  return passed(untilAskableMs(tokens.status(recordsIn(currentDelivery()))))
}

/**
 * Asks for tokens that live longer than those in hand will, as a caller before a long upload does: the broker
 * is asked at once, while the tokens in hand go on serving everybody else. Over with the first answer.
 *
 * @param node One node alone; all of them without it.
 * @returns the failure; `undefined` if a token is new.
 */
export async function askForRenewal(node?: NodeAudience): Promise<Failure | undefined> {
  const group = recordsIn(currentDelivery())
  await passed(untilAskableMs(tokens.status(node ?? group)))
  const { mintedAt = 0, expiresAt = 0 } = tokens.status(node ?? group)
  const end = new AbortController()
  // A slow broker's tokens may never be as new as this caller wants them; then the news alone count.
  const minRemaining = SHARE * (expiresAt - mintedAt) + ROUNDING_MS
  const options = { minRemaining, signal: end.signal }
  const answer = tokens.prepare(node ? [node] : group, options)
  const news = answerHeard(node ? [node] : nodeAudiences(), end.signal)
  const failure = await Promise.race([answer.then(() => undefined, failureOf), news])
  end.abort()
  return failure
}

/**
 * Replaces the tokens of all nodes in one moment, however far apart they were: they are given up, which the client
 * heeds once in 10 s for each.
 */
export async function renewTogether(): Promise<void> {
  const group = recordsIn(currentDelivery())
  await passed(Math.max(0, givenUpAt + GIVE_UP_SPACING_MS - performance.now()))
  tokens.invalidate(group)
  givenUpAt = performance.now()
  await tokens.prepare(group)
}

/** Why there is no new token, and when the client will ask again. */
interface Failure {
  readonly retryAt: number
}

function failureOf(error: unknown): Failure {
  return { retryAt: (isTokenError(error) && error.retryAt) || 0 }
}

/** The first thing heard about one of these nodes' tokens. */
function answerHeard(
  nodes: readonly NodeAudience[],
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const audiences = new Set<string>(nodes)
  return new Promise((resolve) => {
    const stops = [
      tokens.on('refreshed', ({ audience }) => {
        if (audiences.has(audience)) resolve(undefined)
      }),
      tokens.on('refresh-failed', ({ audience, retryAt = 0 }) => {
        if (audiences.has(audience)) resolve({ retryAt })
      }),
    ]
    signal.addEventListener('abort', () => {
      for (const stop of stops) stop()
    })
  })
}

/**
 * Waits until every node has a token again that no failure stands behind.
 *
 * @returns the milliseconds it took; `undefined` if it did not come to that.
 */
export async function recover(): Promise<number | undefined> {
  const startedAt = performance.now()
  const tookMs = () => performance.now() - startedAt
  // An answer that makes no sense is not asked for again within a minute; whoever knows better says so.
  for (const [audience, { isRemembered }] of troubled)
    if (isRemembered) {
      tokens.invalidate(audience as ReturnType<typeof recordsIn>)
      givenUpAt = performance.now()
    }
  while (nodeAudiences().some((audience) => troubled.has(audience))) {
    const failure = await askForRenewal()
    if (failure && tookMs() > RECOVERY_MS) return undefined
    if (failure) await passed(Math.max(LEAST_PAUSE_MS, failure.retryAt - Date.now()))
  }
  return tookMs()
}
