/** Refuses bodies larger than the database's largest document, as the real nodes do. */
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'

const MAX_BODY_BYTES = 16 * 1024 * 1024

export function limitBody(): MiddlewareHandler {
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES })
  return (context, next) => {
    const { headers, url, method, body } = context.req.raw
    const isChunked = headers.has('transfer-encoding')
    if (!isChunked && !headers.has('content-length')) return next()
    // The limit reads a chunked body through a copy of the request, which the server's own kind cannot be given.
    const copied = { method, headers, body, duplex: 'half' }
    if (isChunked) context.req.raw = new Request(url, copied)
    return limit(context, next)
  }
}
