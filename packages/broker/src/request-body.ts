/** Reads a JSON body and stops at the first byte too many, or when it takes too long. */
import { MAX_REQUEST_BYTES } from '@valetkey/protocol'
import { type Clock, systemClock } from './clock.ts'
import { inTime, withDeadline } from './deadline.ts'
import { OAuthError } from './oauth-error.ts'

/** Long enough for 16 KiB on a bad line, short enough for one who sends a byte a second. */
const TIMEOUT_MS = 15_000
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Requests whose body cannot be longer than it says. */
const vouched = new WeakSet<Request>()

/** For adapters whose parser ends a body where `Content-Length` says, so that nobody needs to count. */
export function vouchForLength(request: Request): void {
  vouched.add(request)
}

/** @throws {OAuthError} `invalid_request` */
export async function readJsonBody(
  request: Request,
  clock: Required<Clock> = systemClock,
): Promise<unknown> {
  const declaredBytes = Number(request.headers.get('Content-Length') ?? 0)
  if (declaredBytes > MAX_REQUEST_BYTES) throw tooLarge()
  const deadline = { clock, timeoutMs: TIMEOUT_MS, onTimeout: tooSlow }
  const bytes = vouched.has(request)
    ? await inTime(deadline, () => readWhole(request))
    : await withDeadline(deadline, (signal) => readCapped(request, signal))
  try {
    return JSON.parse(UTF_8.decode(bytes))
  } catch {
    throw new OAuthError('invalid_request', 'The body is not JSON in UTF-8')
  }
}

/** Several times cheaper than piece by piece. */
async function readWhole(request: Request): Promise<ArrayBuffer> {
  const bytes = await request.arrayBuffer().catch(() => {
    throw brokenOff()
  })
  if (bytes.byteLength > MAX_REQUEST_BYTES) throw tooLarge()
  return bytes
}

/** Counts what arrives: Content-Length is only a claim. */
async function readCapped({ body }: Request, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_REQUEST_BYTES)
  let length = 0
  const reader = body?.getReader()
  signal.addEventListener('abort', () => reader?.cancel().catch(() => {}), { once: true })
  for (;;) {
    const chunk = await reader?.read().catch(() => {
      throw brokenOff()
    })
    if (!chunk || chunk.done) return bytes.subarray(0, length)
    if (length + chunk.value.byteLength > MAX_REQUEST_BYTES) {
      // Not awaited: a sender that never ends must not hold up the answer.
      reader?.cancel().catch(() => {})
      throw tooLarge()
    }
    bytes.set(chunk.value, length)
    length += chunk.value.byteLength
  }
}

function brokenOff(): OAuthError {
  return new OAuthError('invalid_request', 'The body broke off')
}

function tooSlow(): OAuthError {
  return new OAuthError('invalid_request', 'The body took too long', { status: 408 })
}

function tooLarge(): OAuthError {
  return new OAuthError('invalid_request', `The body is longer than ${MAX_REQUEST_BYTES} bytes`, {
    status: 413,
  })
}
