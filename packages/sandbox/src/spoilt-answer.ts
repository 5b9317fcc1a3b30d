/** Spoils an answer on its way out, as gateways and broken connections do. */
import { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Fault } from './fault-shape.ts'
import type { Bindings } from './listener.ts'

type Spoiling = NonNullable<Fault['body']>

const GATEWAY_PAGE =
  '<!doctype html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n'

/** The spoilt answer. Where it has to cut the connection, it has sent the answer itself. */
export async function spoil(
  answer: Response,
  spoiling: Spoiling,
  { outgoing }: Bindings,
): Promise<Response> {
  const { status, headers } = answer
  if (spoiling === 'html') {
    return new Response(GATEWAY_PAGE, { status, headers: { 'content-type': 'text/html' } })
  }
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (spoiling === 'malformed') {
    return new Response(halfOf(bytes), {
      status,
      headers: { 'content-type': headers.get('content-type') ?? 'application/json' },
    })
  }
  return cutShort(answer, bytes, outgoing)
}

/** Announces the whole answer, sends a half, then ends the connection. */
function cutShort(
  answer: Response,
  bytes: Uint8Array<ArrayBuffer>,
  outgoing: Bindings['outgoing'],
): Response {
  if (!(outgoing instanceof ServerResponse)) throw new TypeError('The listener speaks HTTP/1 alone')
  const { status, headers } = answer
  const announced = { ...Object.fromEntries(headers), 'content-length': String(bytes.length) }
  outgoing.writeHead(status, announced)
  outgoing.write(halfOf(bytes), () => outgoing.socket?.destroySoon())
  return RESPONSE_ALREADY_SENT
}

function halfOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.subarray(0, bytes.length / 2)
}
