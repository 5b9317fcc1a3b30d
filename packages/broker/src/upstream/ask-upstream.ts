/** Makes one call of the system behind a minter, with what goes wrong in the broker's words. */
import { readAnswer } from '../answer-text.ts'
import { MintError } from '../minter.ts'

export interface UpstreamCall {
  readonly url: string
  readonly method: string
  /** Besides `accept`, which asks for JSON. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. @default no body */
  readonly json?: unknown
}

export interface UpstreamContext {
  readonly signal: AbortSignal
  readonly fetch: typeof fetch
  /** As the minter was given them: by them the call is found in traces. */
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined
  /** Who is asked, for messages: `Skyflow's token endpoint`. */
  readonly name: string
  /** For what, where one system is asked for several things: `the login`. */
  readonly purpose?: string
  /** What to look at where nobody answers: `check network, proxy and tokenURI`. */
  readonly mend: string
}

/** What came back, whatever its status, read whole. */
export interface UpstreamAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * Never tries again, never follows a redirect: what is sent goes to this address alone. Answers over 256 Ki
 * characters are none.
 *
 * @throws {MintError} `upstream_timeout`, `temporarily_unavailable` or `upstream_invalid` if there is no answer
 * that can be read. It quotes nothing of the call.
 */
export async function askUpstream(
  { url, method, headers, json }: UpstreamCall,
  context: UpstreamContext,
): Promise<UpstreamAnswer> {
  const { signal, traceHeaders, name, purpose, mend } = context
  // Outside the object: some platforms refuse a `fetch` with another `this`.
  const { fetch: send } = context
  try {
    const response = await send(url, {
      method,
      headers: {
        ...traceHeaders,
        accept: 'application/json',
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      redirect: 'manual',
      signal,
    })
    return {
      status: response.status,
      headers: response.headers,
      text: await readAnswer(response, name),
    }
  } catch (cause) {
    if (cause instanceof MintError) throw cause
    if (signal.aborted)
      throw new MintError(
        'upstream_timeout',
        `${name} did not answer${purpose === undefined ? '' : ` ${purpose}`} in time`,
      )
    throw new MintError(
      'temporarily_unavailable',
      `${name} could not be reached${purpose === undefined ? '' : ` for ${purpose}`}, or the connection broke off; ${mend}`,
      { cause },
    )
  }
}
