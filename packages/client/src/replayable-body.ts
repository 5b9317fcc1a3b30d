/** Decides whether a request can be sent twice, and keeps what that takes. */

/** Bodies of a `Request` up to this size are kept for a replay. */
const KEPT_BYTES = 1024 * 1024

export interface Sendable {
  /** Makes the arguments of one `fetch`; may be called again only if `replayable`. */
  parts(): {
    /** Goes in place of the URL where the body cannot be taken out of its `Request`. */
    request?: Request
    init: RequestInit
  }
  readonly replayable: boolean
}

/** What `fetch` was called with, in a form that leaves the caller's `Request` untouched. */
export async function sendable(
  input: RequestInfo | URL,
  init: RequestInit = {},
): Promise<Sendable> {
  if (!(input instanceof Request)) return fromInit(init)
  const { body, ...rest } = init
  const request = new Request(input.clone(), rest)
  const { method, headers, signal, cache, integrity, keepalive } = request
  const own = { ...rest, method, headers, signal, cache, integrity, keepalive }
  if (body) return fromInit({ ...own, body })
  // Where `Request.body` is missing, only the method tells.
  if (request.body === null || /^(GET|HEAD)$/.test(method)) return fromInit(own)
  const bytes = await readUpTo(request.clone(), KEPT_BYTES)
  if (bytes) return fromInit({ ...own, body: bytes })
  // Sent as a stream, a body would need HTTP/2; inside its own Request it keeps its source.
  return { parts: () => ({ request, init: own }), replayable: false }
}

function fromInit(init: RequestInit): Sendable {
  return { parts: () => ({ init }), replayable: !(init.body instanceof ReadableStream) }
}

/** The whole body, or `undefined` once it proves to be longer than `limit`. */
async function readUpTo(request: Request, limit: number): Promise<Blob | undefined> {
  const chunks: BlobPart[] = []
  let size = 0
  const reader = request.body?.getReader()
  if (!reader) return request.blob()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return new Blob(chunks)
    size += value.byteLength
    if (size > limit) break
    chunks.push(value)
  }
  reader.cancel().catch(() => {})
  return undefined
}
