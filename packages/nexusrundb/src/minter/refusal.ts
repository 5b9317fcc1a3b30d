/** Turns a refusal of the token endpoint into the broker's words, with the mend; by its status alone, since no more is documented. */
import { MintError } from '@valetkey/broker'
import { retryAfterOf, type UpstreamAnswer } from '@valetkey/broker/upstream'

const ASSUMED =
  'method, path and parameter are assumptions; compare tokenMethod, tokenPath and expiryParam with the portal of your database'

type Kind = readonly [code: MintError['code'], advice: string]

const BY_STATUS: Readonly<Record<number, Kind>> = {
  400: ['upstream_invalid', `it does not take the request: ${ASSUMED}`],
  401: ['upstream_auth', 'check accessKey and accessSecret, and that the key is not deleted'],
  402: ['upstream_auth', 'the license or subscription of the database is not active'],
  403: [
    'upstream_auth',
    'this access key may not mint for that one; only the Master key mints for others (masterKey, forAccessKey)',
  ],
  404: [
    'upstream_invalid',
    `the database, the access key or the endpoint is not there; check baseUrl and forAccessKey, and then: ${ASSUMED}`,
  ],
  405: ['upstream_invalid', ASSUMED],
  408: ['upstream_timeout', 'it gave up waiting'],
  504: ['upstream_timeout', 'a gateway before it gave up waiting'],
}
const TOO_MANY = 429
const FIRST_SERVER_ERROR = 500

/** The error of an answer whose status is not one of success. Quotes nothing of it. */
export function refusalOf({ status, headers }: UpstreamAnswer, now: number): MintError {
  const about = `NexusRunDB's token endpoint answered ${status}`
  const known = BY_STATUS[status]
  if (known) return new MintError(known[0], `${about}: ${known[1]}`)
  if (status === TOO_MANY || status >= FIRST_SERVER_ERROR)
    return new MintError('temporarily_unavailable', about, retryAfterOf(headers, now))
  return new MintError(
    'upstream_invalid',
    `${about}: check baseUrl, and whether a gateway or login page stands before NexusRunDB`,
  )
}
