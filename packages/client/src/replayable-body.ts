/** Decides whether a request can be sent twice, and keeps what that takes. */

/** Bodies of a `Request` up to this size are kept for a replay. */
const KEPT_BYTES = 1024 * 1024

export interface Sendable {
  /** Makes the arguments of one `fetch`; may be called again only if `replayable`. */
  parts(): {
    /** Goes in place of the URL where the body cannot be taken out of its `Request`. */
    request: Request | undefined
    init: RequestInit
    body: BodyInit | null | undefined
  }
  readonly replayable: boolean
}

/** What `fetch` was called with, in a form that leaves the caller's `Request` untouched. */
export async function sendable(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): Promise<Sendable> {
  const own = { ...init }
  if (!(input instanceof Request)) return fromBody(own, init?.body)
  const request = new Request(input.clone(), ownBody(init))
  const merged = initOf(request, init)
  if (init?.body !== undefined && init.body !== null) return fromBody(merged, init.body)
  if (!hasBody(request)) return fromBody(merged, undefined)
  return fromRequestBody(request, merged)
}

function fromBody(init: RequestInit, body: BodyInit | null | undefined): Sendable {
  const replayable = !(body instanceof ReadableStream)
  return { parts: () => ({ request: undefined, init, body }), replayable }
}

/** The headers of a body given in `init` are computed by `fetch` itself. */
function ownBody(init: RequestInit | undefined): RequestInit {
  const { body: _body, ...rest } = init ?? {}
  return rest
}

function hasBody(request: Request): boolean {
  if (request.body === null) return false
  // Where `Request.body` is missing, only the method tells.
  return request.body !== undefined || !['GET', 'HEAD'].includes(request.method)
}

/** Reads a `Request`'s members that still mean something beside a URL and a body of its own. */
function initOf(request: Request, init: RequestInit | undefined): RequestInit {
  const { method, headers, signal, cache, integrity, keepalive, mode } = request
  const navigates = mode === 'navigate'
  return {
    ...init,
    method,
    headers,
    signal,
    cache,
    integrity,
    keepalive,
    ...(navigates ? {} : { mode }),
  }
}

async function fromRequestBody(request: Request, init: RequestInit): Promise<Sendable> {
  const spare = request.clone()
  const bytes = await readUpTo(spare, KEPT_BYTES)
  if (bytes) return fromBody(init, bytes)
  // Sent as a stream, a body would need HTTP/2; inside its own Request it keeps its source.
  return { parts: () => ({ request, init, body: undefined }), replayable: false }
}

/** The whole body, or `undefined` once it proves to be longer than `limit`. */
async function readUpTo(
  request: Request,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!request.body) {
    const blob = await request.blob()
    return new Uint8Array(await blob.arrayBuffer())
  }
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > limit) {
      void reader.cancel().catch(() => {})
      return undefined
    }
    chunks.push(value)
  }
  const all = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  return all
}
