/** Turns a refusal of Ably's into the broker's words, with the mend. Quotes nothing of it but its number. */
import { MintError } from '@valetkey/broker'
import { retryAfterOf, type UpstreamAnswer } from '@valetkey/broker/upstream'

/** By Ably's own codes: https://ably.com/docs/platform/errors/codes */
const MENDS: Readonly<Record<number, string>> = {
  40101: 'check the secret in key',
  40104: "this server's clock is over two minutes off; set it by NTP",
  40105: 'the request was sent twice; look for a proxy that repeats calls',
  40160: 'the key may not do what capability says; widen the key, or narrow that',
}
const TOO_MANY = 429
const FIRST_SERVER_ERROR = 500

export function refusalOf({ status, headers, text }: UpstreamAnswer, now: number): MintError {
  const code = codeIn(text)
  const about = `Ably answered ${status}${code === undefined ? '' : `, error ${code}`}`
  if (status === TOO_MANY || status >= FIRST_SERVER_ERROR)
    return new MintError('temporarily_unavailable', about, retryAfterOf(headers, now))
  if (code === undefined)
    return new MintError('upstream_invalid', `${about}: check baseUrl, and what stands before Ably`)
  const mend = MENDS[code] ?? 'look the number up at https://help.ably.io'
  return new MintError('upstream_auth', `${about}: ${mend}`)
}

function codeIn(text: string): number | undefined {
  try {
    const code: unknown = Object(Object(JSON.parse(text)).error).code
    return typeof code === 'number' ? code : undefined
  } catch {
    // Not JSON, so not of Ably.
    return undefined
  }
}
