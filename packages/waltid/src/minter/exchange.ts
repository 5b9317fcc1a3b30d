/** One call of walt.id's enterprise API: what is sent, what comes back. */
import { MintError } from '@valetkey/broker'

/** What a call is for, as messages name it. */
export type Step = 'create' | 'assign' | 'view' | 'delete' | 'login'

export interface ApiCall {
  step: Step
  method: string
  url: string
  body?: object
}

export interface CallContext {
  signal: AbortSignal
  fetch: typeof fetch
  /** Sent as a Bearer token. */
  token?: string
  /** By which the call is found in traces. */
  traceHeaders?: Readonly<Record<string, string>> | undefined
}

/** What came back, read whole. */
export interface ApiAnswer {
  step: Step
  status: number
  headers: Headers
  text: string
}

const WORDS: Readonly<Record<Step, string>> = {
  create: 'the creation of an API key',
  assign: 'the assignment of a role',
  view: 'the look at an API key',
  delete: 'the deletion of an API key',
  login: 'the login',
}
/** The longest token the broker takes is 128 KiB. */
const MAX_CHARACTERS = 256 * 1024

export function wordsOf(step: Step): string {
  return WORDS[step]
}

/**
 * Never tries again, never follows a redirect: what is sent goes to this address alone.
 *
 * @throws {MintError} if there is no answer that can be read.
 */
export async function exchange(call: ApiCall, context: CallContext): Promise<ApiAnswer> {
  const { step, method, url, body } = call
  const { signal, token, traceHeaders } = context
  // Outside the object: some platforms refuse a `fetch` with another `this`.
  const { fetch: send } = context
  try {
    const response = await send(url, {
      method,
      headers: {
        ...traceHeaders,
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal,
    })
    const { status, headers } = response
    return { step, status, headers, text: await readText(response) }
  } catch (cause) {
    if (cause instanceof MintError) throw cause
    if (signal.aborted)
      throw new MintError('upstream_timeout', `walt.id did not answer ${WORDS[step]} in time`)
    throw new MintError(
      'temporarily_unavailable',
      `walt.id could not be reached for ${WORDS[step]}, or the connection broke off; check network, proxy and orgBaseUrl`,
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
      throw new MintError('upstream_invalid', 'walt.id gave an answer without end')
  }
  return text + decoder.decode()
}
