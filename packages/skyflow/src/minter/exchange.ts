/** One exchange with Skyflow's token endpoint: an assertion in, its answer out. */
import { MintError } from '@valetkey/broker'

export interface ExchangeRequest {
  tokenUri: string
  assertion: string
  scope: string | undefined
  signal: AbortSignal
  fetch: typeof fetch
}

/** What came back, read whole. */
export interface EndpointAnswer {
  status: number
  headers: Headers
  text: string
}

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** The longest token the broker takes is 128 KiB. */
const MAX_CHARACTERS = 256 * 1024

/**
 * Never tries again, never follows a redirect: the assertion goes to this address alone.
 *
 * @throws {MintError} if there is no answer that can be read.
 */
export async function exchange(request: ExchangeRequest): Promise<EndpointAnswer> {
  const { tokenUri, assertion, scope, signal } = request
  // Outside the object: some platforms refuse a `fetch` with another `this`.
  const { fetch: send } = request
  try {
    const response = await send(tokenUri, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ grant_type: GRANT_TYPE, assertion, scope }),
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
