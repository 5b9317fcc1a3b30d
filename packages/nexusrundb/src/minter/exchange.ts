/** One call of the token endpoint: Basic in, its answer out. */
import { MintError } from '@valetkey/broker'

export interface ExchangeRequest {
  url: string
  method: string
  accessKey: string
  accessSecret: string
  signal: AbortSignal
  fetch: typeof fetch
  /** By which the request is found in traces. */
  traceHeaders?: Readonly<Record<string, string>> | undefined
}

/** What came back, read whole. */
export interface EndpointAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** The longest token the broker takes is 128 KiB. */
const MAX_CHARACTERS = 256 * 1024

/**
 * Never tries again, never follows a redirect, never sends a Bearer: the endpoint takes none.
 *
 * @throws {MintError} if there is no answer that can be read.
 */
export async function exchange(request: ExchangeRequest): Promise<EndpointAnswer> {
  const { url, method, accessKey, accessSecret, signal, traceHeaders } = request
  // Outside the object: some platforms refuse a `fetch` with another `this`.
  const { fetch: send } = request
  try {
    const response = await send(url, {
      method,
      headers: {
        ...traceHeaders,
        authorization: `Basic ${btoa(`${accessKey}:${accessSecret}`)}`,
        accept: 'application/json',
      },
      redirect: 'manual',
      signal,
    })
    const { status, headers } = response
    return { status, headers, text: await readText(response) }
  } catch (cause) {
    if (cause instanceof MintError) throw cause
    if (signal.aborted)
      throw new MintError('upstream_timeout', "NexusRunDB's token endpoint did not answer in time")
    throw new MintError(
      'temporarily_unavailable',
      "NexusRunDB's token endpoint could not be reached, or the connection broke off; check network, proxy and baseUrl",
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
      throw new MintError(
        'upstream_invalid',
        "NexusRunDB's token endpoint gave an answer without end",
      )
  }
  return text + decoder.decode()
}
