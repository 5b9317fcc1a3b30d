/** One exchange with a token endpoint of Skyflow: a grant in, its answer out. */
import { MintError } from '@valetkey/broker'

export interface ExchangeRequest {
  url: string
  body: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  fetch: typeof fetch
  /** By which the request is found in traces. */
  traceHeaders?: Readonly<Record<string, string>> | undefined
}

/** What came back, read whole. */
export interface EndpointAnswer {
  status: number
  headers: Headers
  text: string
}

const GRANT_TYPES = 'urn:ietf:params:oauth:grant-type:'
/** The longest token the broker takes is 128 KiB. */
const MAX_CHARACTERS = 256 * 1024

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
export async function exchange(request: ExchangeRequest): Promise<EndpointAnswer> {
  const { url, body, signal, traceHeaders } = request
  // Outside the object: some platforms refuse a `fetch` with another `this`.
  const { fetch: send } = request
  try {
    const response = await send(url, {
      method: 'POST',
      headers: {
        ...traceHeaders,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
    })
    const { status, headers } = response
    return { status, headers, text: await readText(response) }
  } catch (cause) {
    if (cause instanceof MintError) throw cause
    if (signal.aborted)
      throw new MintError('upstream_timeout', "Skyflow's token endpoint did not answer in time")
    throw new MintError(
      'temporarily_unavailable',
      "Skyflow's token endpoint could not be reached, or the connection broke off; check network, proxy and tokenURI",
      { cause },
    )
  }
}

async function readText({ body }: Response): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_CHARACTERS)
      throw new MintError('upstream_invalid', "Skyflow's token endpoint gave an answer without end")
  }
  return text + decoder.decode()
}
