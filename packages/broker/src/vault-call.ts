/** One call of a vault, with its answer judged: redirects and what cannot be passed on are faults. */
import { OAuthError } from './oauth-error.ts'
import { headersForVault, isEncoded } from './proxy-headers.ts'
import type { Upload } from './proxy-upload.ts'
import type { ProxyWatch } from './proxy-watch.ts'
import type { Trace } from './trace.ts'

export interface VaultCall {
  readonly url: URL
  readonly method: string
  /** As the client sent them. */
  readonly headers: Headers
  readonly upload: Upload
  readonly trace: Pick<Trace, 'headers'>
}

/** What `fetch` decodes by itself everywhere. */
const DECODED = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'identity'])

/** Rejects with an `OAuthError` alone. */
export async function callVault(
  { url, method, headers, upload, trace }: VaultCall,
  { fetch, token, watch }: { fetch: typeof globalThis.fetch; token: string; watch: ProxyWatch },
): Promise<Response> {
  const body = upload.open()
  const init: RequestInit & { duplex: 'half' } = {
    method,
    headers: headersForVault(headers, { token, length: upload.length, trace: trace.headers }),
    signal: watch.signal,
    duplex: 'half',
    ...(body !== undefined && { body }),
    // Only so does Node pass a stream on; otherwise it keeps a copy of all of it, for a redirect.
    ...(upload.isReplayable ? { redirect: 'manual' } : { redirect: 'error', window: null }),
  }
  watch.moved('vault')
  const response = await fetch(url.href, init).catch((cause: unknown) => {
    if (watch.signal.aborted) throw watch.signal.reason
    throw new OAuthError('upstream_invalid', 'The vault could not be reached', { cause })
  })
  watch.moved('vault')
  const fault = faultOf(response)
  if (fault === undefined) return response
  discard(response)
  throw new OAuthError('upstream_invalid', fault)
}

/** Lets go of an answer that nobody will read. */
export function discard({ body }: Response): void {
  body?.cancel().catch(() => {})
}

function faultOf({ status, headers }: Response): string | undefined {
  if (status === 0 || (status >= 300 && status < 400 && status !== 304))
    return 'The vault redirects, and no redirect is followed'
  if (status < 200 || status > 599) return 'The vault answered with a status that is none'
  const codings = (headers.get('Content-Encoding') ?? '').toLowerCase().split(',')
  const isReadable = codings.every((coding) => coding.trim() === '' || DECODED.has(coding.trim()))
  return isEncoded(headers) && !isReadable ? 'The vault answered compressed, unasked' : undefined
}
