/** One exchange with a token endpoint of Skyflow: a grant in, its answer out. */
import { askUpstream, type UpstreamAnswer, type UpstreamContext } from '@valetkey/broker/upstream'

export interface ExchangeRequest extends Omit<UpstreamContext, 'name' | 'mend'> {
  url: string
  body: Readonly<Record<string, string | undefined>>
}

const GRANT_TYPES = 'urn:ietf:params:oauth:grant-type:'
const ENDPOINT = {
  name: "Skyflow's token endpoint",
  mend: 'check network, proxy and tokenURI',
}

/** A service account's own (RFC 7523). */
export function assertionGrant(
  assertion: string,
  scope: string | undefined,
): ExchangeRequest['body'] {
  return { grant_type: `${GRANT_TYPES}jwt-bearer`, assertion, scope }
}

export interface SubjectGrant {
  subjectToken: string
  subjectTokenType: string
  serviceAccountId: string
}

/** A user's, by the token of their login (RFC 8693). */
export function subjectGrant(grant: SubjectGrant): ExchangeRequest['body'] {
  return {
    grant_type: `${GRANT_TYPES}token-exchange`,
    subject_token: grant.subjectToken,
    subject_token_type: grant.subjectTokenType,
    service_account_id: grant.serviceAccountId,
  }
}

/**
 * Never tries again, never follows a redirect: what is sent goes to this address alone.
 *
 * @throws {MintError} if there is no answer that can be read.
 */
export async function exchange({
  url,
  body,
  ...context
}: ExchangeRequest): Promise<UpstreamAnswer> {
  return askUpstream({ url, method: 'POST', json: body }, { ...context, ...ENDPOINT })
}
