/** Turns a refusal of Skyflow's token endpoint into the broker's words, with the mend. */
import { MintError } from '@valetkey/broker'
import { retryAfterOf, type UpstreamAnswer } from '@valetkey/broker/upstream'
import { isFields } from './fields.ts'

/** What the endpoint's own words hint at. They differ by release, so nothing but the advice hangs on them. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /api[\s_-]?key/i,
    'the account is set to API keys and mints no bearer tokens; give its key as `apiKey`, or create a service account whose authentication is JWT bearer tokens',
  ],
  [
    /expire|expiry|\bexp\b|\biat\b|issued at/i,
    "the assertion is out of date; check this server's clock",
  ],
  [/\biss\b|issuer/i, 'check clientID in the credentials'],
  [/\bctx\b|context/i, 'the account insists on a context; set the option `context`'],
  [/\brole|scope/i, 'check the role IDs, and that they are assigned to the account'],
  [
    /service\s?account/i,
    'the account was deleted, disabled, or is of the other environment (production, preview)',
  ],
  [
    /signature|\bkey\b/i,
    'check that keyID and privateKey belong together and the key is not revoked',
  ],
]
const ANY_ADVICE =
  'check that credentials.json is of a live account set to JWT bearer tokens, its roles, and this server’s clock'
const REFUSED = new Set([400, 401, 403, 404])
/** Skyflow's clock and ours may differ so far before it explains anything. */
const CLOCK_TOLERANCE_MS = 60_000
const TIMED_OUT = new Set([408, 504])

/** The error of an answer whose status is not one of success. Quotes nothing of it. */
export function refusalOf(answer: UpstreamAnswer, now: number): MintError {
  const { status, headers } = answer
  const about = `Skyflow's token endpoint answered ${status}${requestIdOf(headers)}`
  if (status === 429 || (status >= 500 && !TIMED_OUT.has(status)))
    return new MintError('temporarily_unavailable', about, retryAfterOf(headers, now))
  if (TIMED_OUT.has(status)) return new MintError('upstream_timeout', about)
  if (REFUSED.has(status) && isOwnAnswer(answer))
    return new MintError(
      'upstream_auth',
      `${about}: ${adviceOf(answer)}${clockAdvice(answer, now)}`,
    )
  if (status === 401)
    return new MintError('upstream_auth', `${about}: a gateway before Skyflow wants a login`)
  return new MintError(
    'upstream_invalid',
    `${about}: check tokenURI, and whether a gateway or login page stands before Skyflow`,
  )
}

/** The same for the exchange of a user's own token: a 401 or 403 is about the user there, not the operator. */
export function exchangeRefusalOf(answer: UpstreamAnswer, now: number): MintError {
  const { status, headers } = answer
  if (!isOwnAnswer(answer) || !REFUSED.has(status)) return refusalOf(answer, now)
  const about = `Skyflow's token exchange answered ${status}${requestIdOf(headers)}`
  return status === 401 || status === 403
    ? new MintError(
        'invalid_target',
        `${about}: the user has to sign in again; if that never helps, check the provider that the service account trusts${clockAdvice(answer, now)}`,
      )
    : new MintError(
        'upstream_auth',
        `${about}: check serviceAccountId, subjectTokenType, and that the account is set up for the exchange of tokens`,
      )
}

/** For the log, where it may be looked up with Skyflow. */
export function requestIdOf(headers: Headers): string {
  const id = safeRequestId(headers)
  return id === undefined ? '' : ` (request ${id})`
}

export function safeRequestId(headers: Headers): string | undefined {
  const id = headers.get('x-request-id') ?? ''
  return /^[\w.:-]{1,100}$/.test(id) ? id : undefined
}

/** The envelope of Skyflow's errors, or the plain text that its clients understand too; no page of a gateway. */
function isOwnAnswer(answer: UpstreamAnswer): boolean {
  const type = answer.headers.get('content-type') ?? ''
  return messageOf(answer) !== undefined || type.startsWith('text/plain')
}

function adviceOf(answer: UpstreamAnswer): string {
  const message = messageOf(answer) ?? answer.text
  return ADVICE.find(([hint]) => hint.test(message))?.[1] ?? ANY_ADVICE
}

function messageOf({ text }: UpstreamAnswer): string | undefined {
  try {
    const content: unknown = JSON.parse(text)
    const error = isFields(content) ? content.error : undefined
    if (typeof error === 'string') return error
    return isFields(error) && typeof error.message === 'string' ? error.message : undefined
  } catch {
    return undefined
  }
}

/** What the endpoint's own clock says beside ours, where that explains a refusal. */
function clockAdvice({ status, headers }: UpstreamAnswer, now: number): string {
  const aheadMs = now - Date.parse(headers.get('date') ?? '')
  if (status !== 401 || !(Math.abs(aheadMs) > CLOCK_TOLERANCE_MS)) return ''
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  return `; this server's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} Skyflow's: set it by NTP`
}
