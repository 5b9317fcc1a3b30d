/** A request's body on its way to a vault: kept where it is small, passed on as it comes where it is not. */
import { OAuthError } from './oauth-error.ts'
import { clientGone, type ProxyWatch } from './proxy-watch.ts'

/** Bodies up to this size can be sent again after a vault refused the token. */
const KEPT_BYTES = 1024 * 1024

export interface Upload {
  readonly isReplayable: boolean
  /** As the client declared it, where the body does not show it. */
  readonly length: number | undefined
  /** The body for one call. May be called again if it is replayable. */
  open(): BodyInit | undefined
  /** How many bytes the client has sent so far. */
  receivedBytes(): number
}

export interface UploadLimits {
  maxBodyBytes: number
  watch: ProxyWatch
}

/**
 * Reads ahead until the body ends or proves to be long.
 *
 * @throws {OAuthError} 413 for a body that is too large, as soon as that is known.
 */
export async function readUpload(
  { body, headers }: Pick<Request, 'body' | 'headers'>,
  limits: UploadLimits,
): Promise<Upload> {
  const declared = headers.get('Content-Length')
  const length = declared === null ? undefined : Number(declared)
  if (length !== undefined && length > limits.maxBodyBytes) throw tooLarge(limits)
  if (!body) return { isReplayable: true, length: undefined, open: noBody, receivedBytes: () => 0 }
  const source = createSource(body, { ...limits, declared: length })
  const ahead: Uint8Array[] = []
  while (source.bytes() <= KEPT_BYTES && (length ?? 0) <= KEPT_BYTES) {
    const chunk = await source.read()
    if (!chunk) return keptUpload(ahead)
    ahead.push(chunk)
  }
  return {
    isReplayable: false,
    length,
    open: () => passOn(ahead, source, limits),
    receivedBytes: () => source.bytes(),
  }
}

interface Source {
  /** The next piece; `undefined` at the end. */
  read(): Promise<Uint8Array | undefined>
  bytes(): number
  cancel(reason: unknown): void
}

function createSource(
  body: ReadableStream<Uint8Array>,
  limits: UploadLimits & { declared: number | undefined },
): Source {
  const { watch, maxBodyBytes, declared } = limits
  const { signal } = watch
  const reader = body.getReader()
  let bytes = 0
  const cancel = (reason: unknown): void => void reader.cancel(reason).catch(() => {})
  // Ends a read that is under way; a race of promises would keep every piece until the call is over.
  watch.onGivenUp(cancel)

  async function read(): Promise<Uint8Array | undefined> {
    watch.moved('client')
    const { done, value } = await reader.read().catch(() => {
      // A body breaks off where its sender does.
      throw signal.aborted ? signal.reason : clientGone()
    })
    signal.throwIfAborted()
    watch.moved('vault')
    if (done && declared !== undefined && bytes !== declared) throw clientGone()
    if (done) return undefined
    bytes += value.byteLength
    if (bytes <= maxBodyBytes) return value
    const error = tooLarge(limits)
    cancel(error)
    throw error
  }

  return { read, bytes: () => bytes, cancel }
}

function keptUpload(chunks: readonly Uint8Array[]): Upload {
  const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  const kept = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    kept.set(chunk, at)
    at += chunk.byteLength
  }
  return { isReplayable: true, length: undefined, open: () => kept, receivedBytes: () => length }
}

/** Takes a piece from the client whenever the vault has taken the one before. */
function passOn(
  ahead: Uint8Array[],
  source: Source,
  { watch }: UploadLimits,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        watch.moved('vault')
        try {
          const chunk = ahead.shift() ?? (await source.read())
          if (chunk) controller.enqueue(chunk)
          else controller.close()
        } catch (error) {
          // `fetch` wraps what a body fails with; the watch keeps the reason.
          if (error instanceof OAuthError) watch.giveUp(error)
          controller.error(error)
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

function noBody(): undefined {
  return undefined
}

function tooLarge({ maxBodyBytes }: UploadLimits): OAuthError {
  const message = `The body is longer than ${maxBodyBytes} bytes`
  return new OAuthError('invalid_request', message, { status: 413 })
}
