/** Decides whether a request can be sent twice, and keeps what that takes. */

/** Bodies of a `Request` up to this size are kept for a replay. */
const KEPT_BYTES = 1024 * 1024

/** Arguments of `fetch` that leave the caller's `Request` untouched. */
export interface Sendable {
  readonly request: Request | undefined
  readonly init: RequestInit
  readonly replayable: boolean
}

export function sendable(
  input: RequestInfo | URL,
  init: RequestInit = {},
): Sendable | Promise<Sendable> {
  const request = input instanceof Request ? input : undefined
  // Where `Request.body` is missing, only the method tells.
  if (!request || init.body || request.body === null || /^(GET|HEAD)$/.test(request.method))
    return { request, init, replayable: !(init.body instanceof ReadableStream) }
  return keeping(request, init)
}

async function keeping(request: Request, init: RequestInit): Promise<Sendable> {
  const body = await readUpTo(request.clone(), KEPT_BYTES)
  return { request: request.clone(), init: body ? { ...init, body } : init, replayable: !!body }
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
