/** Decides whether a request can be sent twice, and keeps what that takes. */

/** Bodies of a `Request` up to this size are kept for a replay. */
const KEPT_BYTES = 1024 * 1024

/** What goes along with the caller's input at each send. */
export interface Sendable {
  readonly init: RequestInit
  readonly replayable: boolean
}

/** A body of a `Request` is read from a clone, and stands in for it: the caller's own stays unread. */
export async function sendable(
  request: Request | undefined,
  init: RequestInit = {},
): Promise<Sendable> {
  // Where `Request.body` is missing, only the method tells.
  if (!request || init.body || request.body === null || /^(GET|HEAD)$/.test(request.method))
    return { init, replayable: !(init.body instanceof ReadableStream) }
  const body = await readUpTo(request.clone(), KEPT_BYTES)
  return { init: body ? { ...init, body } : init, replayable: !!body }
}

/** The whole body, or `undefined` once it proves to be longer than `limit`. */
export async function readUpTo(
  source: Request | Response,
  limit: number,
): Promise<Blob | undefined> {
  const chunks: BlobPart[] = []
  let size = 0
  const reader = source.body?.getReader()
  if (!reader) return source.blob()
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
