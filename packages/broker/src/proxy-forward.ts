/** Carries one admitted call to its vault: one replay for a refused token, one event however it ends. */
import type { ProxiedEntry, Target } from './audiences.ts'
import type { Clock } from './clock.ts'
import type { Report } from './events.ts'
import { OAuthError } from './oauth-error.ts'
import { type Download, openDownload } from './proxy-download.ts'
import { headersFromVault, vaultRequestId } from './proxy-headers.ts'
import { joinResource, type ProxyTarget, readResource } from './proxy-path.ts'
import type { ProxyRule } from './proxy-rules.ts'
import { readUpload, type Upload } from './proxy-upload.ts'
import { createProxyWatch, type ProxyWatch } from './proxy-watch.ts'
import { describeError } from './redact.ts'
import { forwardedHeaders, type Reply, type TracedExchange } from './response.ts'
import type { CachedToken } from './token-slots.ts'
import { callVault, discard } from './vault-call.ts'

export interface ForwardParts {
  fetch: typeof globalThis.fetch
  clock: Required<Clock>
  report: Report
  /** Keeps a shutdown waiting until the work is done. */
  hold: (work: Promise<void>) => void
}

export interface ForwardOrder {
  readonly request: Request
  readonly exchange: TracedExchange
  readonly wanted: ProxyTarget
  readonly target: Target
  readonly entry: ProxiedEntry
  readonly rule: ProxyRule
  /** `rejected`: id of the token that the vault refused. */
  readonly tokenFor: (rejected?: string) => Promise<CachedToken>
}

/** How far a call has come. */
interface Progress {
  upload?: Upload
  answer?: Response
  download?: Download
  isReplayed: boolean
}

/** Rejects where there is nothing of the vault's to pass on, with an `OAuthError` unless it is a bug. */
export async function forward(parts: ForwardParts, order: ForwardOrder): Promise<Reply> {
  const { request, exchange, entry } = order
  const { maxBodyBytes } = entry.proxy
  const watch = createProxyWatch({ clock: parts.clock, client: request.signal, ...entry.proxy })
  const progress: Progress = { isReplayed: false }
  const onEnd = reportEnd(parts, order, { watch, progress })
  try {
    const upload = await readUpload(request, { maxBodyBytes, watch })
    progress.upload = upload
    const answer = await callWithReplay(order, parts, { watch, progress, upload })
    progress.answer = answer
    progress.download = openDownload(answer, { maxBodyBytes, watch, onEnd })
    const headers = new Headers(forwardedHeaders(exchange))
    for (const [name, value] of headersFromVault(answer)) headers.set(name, value)
    return {
      status: answer.status,
      headers: Object.fromEntries(headers),
      body: progress.download.body,
    }
  } catch (error) {
    watch.giveUp(
      error instanceof OAuthError
        ? error
        : new OAuthError('server_error', 'The broker has failed', { cause: error }),
    )
    throw error
  }
}

interface UnderWay {
  watch: ProxyWatch
  progress: Progress
}

async function callWithReplay(
  order: ForwardOrder,
  { fetch, report }: ForwardParts,
  { watch, progress, upload }: UnderWay & { upload: Upload },
): Promise<Response> {
  const { request, exchange, target, tokenFor } = order
  const { method, headers } = request
  const send = async (token: CachedToken): Promise<Response> => {
    const url = addressOf(order, token, report)
    const attributes = { 'valetkey.audience': target.audience, 'http.request.method': method }
    return exchange.trace.step(
      'vault',
      (trace) =>
        callVault({ url, method, headers, upload, trace }, { fetch, token: token.value, watch }),
      attributes,
    )
  }

  const token = await tokenFor()
  const answer = await send(token)
  if (answer.status !== 401) return answer
  const renewed = tokenFor(token.tokenId)
  if (!upload.isReplayable) {
    // Too late for this call; the next one finds a better token.
    renewed.catch(() => {})
    return answer
  }
  const { tokenId } = await renewed.catch((error: unknown) => {
    discard(answer)
    throw error
  })
  if (tokenId === token.tokenId) return answer
  discard(answer)
  progress.isReplayed = true
  return send(await renewed)
}

function addressOf(
  { wanted, target, entry, exchange }: ForwardOrder,
  token: CachedToken,
  report: Report,
): URL {
  const resource = token.resource ?? entry.resource
  const url = resource === undefined ? undefined : joinResource(resource, wanted)
  if (url) return url
  if (resource !== undefined && readResource(resource))
    throw new OAuthError('invalid_request', 'The path is not taken: it reads as another address')
  const { requestId } = exchange
  const detail =
    resource === undefined
      ? 'the minter names no resource to forward calls to; give the audience a resource'
      : 'the resource is no plain http(s) URL'
  report({ event: 'fault', where: 'resource', audience: target.audience, requestId, detail })
  throw new OAuthError('server_error', 'The broker does not know where this vault is')
}

/** The function to call when the last byte has been taken. A call that is given up is reported as well. */
function reportEnd(
  { clock, report, hold }: ForwardParts,
  { request, exchange, target, rule }: ForwardOrder,
  { watch, progress }: UnderWay,
): () => void {
  const startedAt = clock.now()
  let settle = (): void => {}
  hold(
    new Promise((resolve) => {
      settle = resolve
    }),
  )

  function end(reason?: OAuthError): void {
    watch.end()
    settle()
    const { upload, answer, download, isReplayed } = progress
    const vaultId = answer && vaultRequestId(answer.headers)
    report({
      event: 'proxy',
      requestId: exchange.requestId,
      audience: target.audience,
      method: request.method,
      rule: rule.path,
      outcome: outcomeOf(reason),
      ...(answer && { status: answer.status }),
      ms: clock.now() - startedAt,
      requestBytes: upload?.receivedBytes() ?? 0,
      responseBytes: download?.sentBytes() ?? 0,
      isReplayed,
      ...(vaultId !== undefined && { vaultRequestId: vaultId }),
      ...(reason?.cause !== undefined && { detail: describeError(reason.cause) }),
    })
  }

  watch.onGivenUp(end)
  return () => end()
}

function outcomeOf(
  reason: OAuthError | undefined,
): 'complete' | 'client-gone' | OAuthError['code'] {
  if (!reason) return 'complete'
  return reason.status === 499 ? 'client-gone' : reason.code
}
