/** Reads the bearer token out of an answer of Skyflow's token endpoint, and when it ends. */
import { type MintedToken, MintError } from '@valetkey/broker'
import { jwtExpiresAt, type UpstreamAnswer } from '@valetkey/broker/upstream'
import { isFields } from './fields.ts'
import { refusalOf, requestIdOf } from './refusal.ts'

export interface BearerRules {
  /** Epoch milliseconds, read before the exchange. */
  startedAt: number
  lifetimeMs: number
  /** Taken for the lifetime of a bearer that does not say when it ends. */
  fallbackLifetimeMs: number
  /** What a refusal means. @default that of a service account's assertion */
  refusal?: (answer: UpstreamAnswer, now: number) => MintError
}

const TOKEN = /^[\x21-\x7e]{1,131072}$/
/** Skyflow's clock may be ahead of ours by this much before its `exp` counts as another lifetime. */
const CLOCK_TOLERANCE_MS = 60_000

/** @throws {MintError} for a refusal, or for anything that is no usable bearer. */
export function bearerOf(
  answer: UpstreamAnswer,
  rules: BearerRules,
): Pick<MintedToken, 'value' | 'expiresAt'> {
  const { status, headers, text } = answer
  const { refusal = refusalOf, startedAt } = rules
  if (status < 200 || status > 299) throw refusal(answer, startedAt)
  const about = `Skyflow's token endpoint answered ${status}${requestIdOf(headers)}`
  const invalid = (what: string) => new MintError('upstream_invalid', `${about} ${what}`)
  const content = jsonOf(text)
  if (!isFields(content))
    throw invalid('with what is not JSON; check tokenURI, and what stands before Skyflow')
  const { accessToken: value, tokenType = 'Bearer' } = content
  if (typeof value !== 'string' || !TOKEN.test(value)) throw invalid('without a usable accessToken')
  if (typeof tokenType !== 'string' || tokenType.toLowerCase() !== 'bearer')
    throw invalid('with a token that is no bearer')
  return { value, expiresAt: expiryOf(value, rules, invalid) }
}

/** The bearer's own word; Skyflow's answer holds no `expires_in`. */
function expiryOf(
  value: string,
  { startedAt, lifetimeMs, fallbackLifetimeMs }: BearerRules,
  invalid: (what: string) => MintError,
): number {
  const latestAt = startedAt + lifetimeMs
  const endsAt = jwtExpiresAt(value)
  if (endsAt === undefined) return Math.min(latestAt, startedAt + fallbackLifetimeMs)
  if (endsAt <= startedAt)
    throw invalid("with a bearer that is over already; check this server's clock")
  if (endsAt > latestAt + CLOCK_TOLERANCE_MS)
    throw invalid(
      `with a bearer that lives ${seconds(endsAt - startedAt)} s where ${seconds(lifetimeMs)} s were asked for; raise the audience's maxLifetimeMs and the login's length, deliver by proxy, or check this server's clock`,
    )
  return Math.min(endsAt, latestAt)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words quote the answer.
    return undefined
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1000)
}
