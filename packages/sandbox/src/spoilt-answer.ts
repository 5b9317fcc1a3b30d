/** Spoils an answer on its way out, as gateways and broken connections do. */
import { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Fault } from './fault-shape.ts'
import type { Bindings } from './listener.ts'

type Spoiling = NonNullable<Fault['body']>

const GATEWAY_PAGE =
  '<!doctype html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n'

/** Statuses that cannot have a body. */
const BODILESS = new Set([204, 205, 304])

/** The spoilt answer. Where it has to cut the connection, it has sent the answer itself. */
export async function spoil(
  answer: Response,
  spoiling: Spoiling,
  { outgoing }: Bindings,
): Promise<Response> {
  const { headers } = answer
  const status = BODILESS.has(answer.status) ? 200 : answer.status
  if (spoiling === 'html')
    return new Response(GATEWAY_PAGE, { status, headers: { 'content-type': 'text/html' } })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const half = bytes.subarray(0, bytes.length / 2)
  if (spoiling === 'malformed') {
    const type = headers.get('content-type') ?? 'application/json'
    return new Response(half, { status, headers: { 'content-type': type } })
  }
  if (!(outgoing instanceof ServerResponse)) throw new TypeError('The listener speaks HTTP/1 alone')
  // More than half of nothing too: an empty answer is cut as well.
  const length = Math.max(bytes.length, 1)
  outgoing.writeHead(status, { ...Object.fromEntries(headers), 'content-length': length })
  outgoing.flushHeaders()
  outgoing.write(half, () => outgoing.socket?.destroySoon())
  return RESPONSE_ALREADY_SENT
}
