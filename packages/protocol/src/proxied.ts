/** Tells a broker's own answer to a proxied call from the vault's, by what only a broker sets. */
import { isRecord } from './response.ts'
import { VERSION_HEADER } from './shapes.ts'

/** Why the broker did not forward a call, or lost its answer. */
export interface BrokerRefusal {
  /** Its code; `undefined` where there is none that could be shown. */
  readonly reason: string | undefined
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
}

/** Of a problem (RFC 9457), or of anything else under that header; `undefined` for an answer of the vault's. */
export function brokerRefusalIn(headers: Headers, problem: unknown): BrokerRefusal | undefined {
  if (!headers.has(VERSION_HEADER)) return undefined
  const { error, retryable, retry_after: seconds } = isRecord(problem) ? problem : {}
  return {
    reason: typeof error === 'string' && /^\w{1,64}$/.test(error) ? error : undefined,
    retryable: retryable === true,
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined,
  }
}

/** Milliseconds of a `Retry-After` in seconds (RFC 9110, section 10.2.3); a date would need the vault's clock. */
export function vaultRetryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? ''
  return /^\d{1,9}$/.test(text) ? Number(text) * 1000 : undefined
}
