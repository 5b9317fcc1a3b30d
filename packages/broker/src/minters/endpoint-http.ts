/** HTTP to an authorization server: bounded answers, and what goes wrong in the broker's words. */
import { allowInsecureRequests, customFetch } from 'oauth4webapi'
import { readAnswer } from '../answer-text.ts'
import type { Clock } from '../clock.ts'
import { refusalOf, type Seen } from './oauth2-refusal.ts'

/** What requests of `oauth4webapi` are sent with. */
export interface EndpointHttp {
  readonly [customFetch]: (url: string, init: object) => Promise<Response>
  readonly [allowInsecureRequests]: true
  readonly signal: AbortSignal
}

/** Runs one exchange. Rejects with a `MintError`. */
export type Attempt = <T>(
  signal: AbortSignal,
  work: (http: EndpointHttp) => Promise<T>,
) => Promise<T>

export function createAttempt({
  name,
  isExchange,
  clock,
  send,
}: {
  name: string
  isExchange: boolean
  clock: Required<Clock>
  send: typeof fetch
}): Attempt {
  return async (signal, work) => {
    const seen: Seen = {}
    return work(httpOf({ send, seen, signal })).catch((error: unknown) => {
      const isAborted = signal.aborted
      throw refusalOf({ name, error, seen, isExchange, isAborted, now: clock.now() })
    })
  }
}

function httpOf({
  send,
  seen,
  signal,
}: {
  send: typeof fetch
  seen: Seen
  signal: AbortSignal
}): EndpointHttp {
  return {
    async [customFetch](url, init) {
      const response = await send(url, init)
      seen.status = response.status
      seen.headers = response.headers
      return capped(response)
    },
    // Which addresses may do without TLS has been decided before.
    [allowInsecureRequests]: true,
    signal,
  }
}

/** Reads the whole answer, so that one without end is none. */
async function capped(response: Response): Promise<Response> {
  const { status, headers, body } = response
  if (body === null) return response
  const text = await readAnswer(response, 'the token endpoint')
  return new Response(text || null, { status, headers })
}
