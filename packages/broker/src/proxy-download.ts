/** A vault's body on its way to the client: passed on as it is taken, counted, cut off at the cap. */
import { OAuthError } from './oauth-error.ts'
import { clientGone, type ProxyWatch } from './proxy-watch.ts'

export interface Download {
  /** `null` where the answer has no body. */
  readonly body: ReadableStream<Uint8Array> | null
  sentBytes(): number
}

export interface DownloadLimits {
  maxBodyBytes: number
  watch: ProxyWatch
  /** The last byte was taken. Not called where the call is given up: the watch tells that. */
  onEnd: () => void
}

/** @throws {OAuthError} `upstream_invalid` where the vault says at once that the body is too large. */
export function openDownload({ body, headers }: Response, limits: DownloadLimits): Download {
  const { watch, maxBodyBytes, onEnd } = limits
  if (!body) {
    onEnd()
    return { body: null, sentBytes: () => 0 }
  }
  if (Number(headers.get('Content-Length') ?? 0) > maxBodyBytes) throw tooLarge()
  const reader = body.getReader()
  let bytes = 0

  async function read(): Promise<Uint8Array | undefined> {
    watch.moved('vault')
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new OAuthError('upstream_invalid', 'The answer of the vault broke off', { cause })
    })
    watch.moved('client')
    bytes += value?.byteLength ?? 0
    if (bytes > maxBodyBytes) throw tooLarge()
    return done ? undefined : value
  }

  const passed = new ReadableStream<Uint8Array>(
    {
      start: (controller) =>
        watch.onGivenUp((reason) => {
          controller.error(reason)
          reader.cancel(reason).catch(() => {})
        }),
      async pull(controller) {
        try {
          const chunk = await read()
          if (watch.signal.aborted) return
          if (chunk) return controller.enqueue(chunk)
          controller.close()
          onEnd()
        } catch (error) {
          if (error instanceof OAuthError) watch.giveUp(error)
        }
      },
      cancel: () => watch.giveUp(clientGone()),
    },
    { highWaterMark: 0 },
  )
  return { body: passed, sentBytes: () => bytes }
}

function tooLarge(): OAuthError {
  return new OAuthError('upstream_invalid', 'The answer of the vault is too large')
}
