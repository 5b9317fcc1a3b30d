/** Serves a broker with `node:http`: alone, or inside Express and Connect. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { VERSION_HEADER } from '@valetkey/protocol'
import { rememberAddress } from './client-address.ts'
import { OAuthError } from './oauth-error.ts'
import { rememberTarget } from './request-target.ts'
import { replyOf } from './replies.ts'
import { vouchForLength } from './request-body.ts'
import { brokerHeaders, problemOf, problemReply, type Reply, toResponse } from './response.ts'
import type { Broker } from './types.ts'

/** The listener of `http.createServer`, and a middleware of Express or Connect. */
export type NodeHandler = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  next?: () => void,
) => void

/** The parts of a framework's request that we look at. */
interface MountedMessage extends IncomingMessage {
  originalUrl?: string
  body?: unknown
  rawBody?: unknown
}

/**
 * Makes a Node listener of a broker. As a middleware it passes on what is not under the broker's
 * `basePath`, reads the full path where a framework cut off a mount point, and takes a body that a
 * parser has read already.
 */
export function toNodeHandler(broker: Pick<Broker, 'fetch' | 'basePath'>): NodeHandler {
  const listen = getRequestListener(answer, {
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      const malformed = new OAuthError('invalid_request', 'The request is malformed')
      return toResponse(
        problemReply(newExchange(), error instanceof OAuthError ? error : malformed),
      )
    },
  })

  async function answer(
    request: Request,
    { incoming, outgoing }: HttpBindings | Http2Bindings,
  ): Promise<Response> {
    if (isSpent(incoming)) throw new OAuthError('invalid_request', SPENT, { status: 415 })
    rememberTarget(request, incoming.url ?? '')
    rememberAddress(request, incoming.socket.remoteAddress)
    // Node's parsers end a body where its length says; without one they cannot.
    if (incoming.headers['content-length'] !== undefined) vouchForLength(request)
    const reply = await replyOf(broker.fetch, request)
    // From a function around the broker's own, for Hono's adapter to send. A vault's answer is streamed
    // here, since it may break off.
    if (reply instanceof Response) {
      if (!reply.body || reply.headers.has(VERSION_HEADER)) return reply
      const { status, headers, body } = reply
      send({ status, headers: Object.fromEntries(headers), body }, outgoing)
    } else send(reply, outgoing)
    return RESPONSE_ALREADY_SENT
  }

  return (incoming: MountedMessage, outgoing, next) => {
    const url = incoming.originalUrl ?? incoming.url ?? '/'
    if (next && !url.startsWith(`${broker.basePath}/`)) return next()
    if (incoming.originalUrl !== undefined) incoming.url = url
    if (incoming.readableDidRead) incoming.rawBody ??= reassembled(incoming)
    // What goes wrong here went wrong on the wire: there is nobody left to tell.
    listen(incoming, outgoing).catch(() => outgoing.destroy())
  }
}

function send(
  { status, headers, body }: Reply,
  outgoing: HttpBindings['outgoing'] | Http2Bindings['outgoing'],
): void {
  // Of two classes with the same methods, which TypeScript cannot call as one.
  const answer = outgoing as ServerResponse
  if (typeof body === 'string')
    answer.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
  else if (body === null) answer.writeHead(status, headers).end()
  else {
    answer.writeHead(status, headers)
    if ('flushHeaders' in outgoing) answer.flushHeaders()
    pipeline(body, answer).catch(() => answer.destroy())
  }
}

const SPENT =
  'A parser in front of the broker has read a body that is not JSON; mount the broker before it'

/** The bytes of a body that a parser has read, where what it left tells them. */
function reassembled({ body, headers }: MountedMessage): Buffer | undefined {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body)
  const isJson = /^application\/([\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')
  return isJson && body !== undefined ? Buffer.from(JSON.stringify(body)) : undefined
}

/** Whoever reads this body now finds it empty, which is not what was sent. */
function isSpent(
  incoming: Pick<MountedMessage, 'method' | 'readableDidRead' | 'rawBody'>,
): boolean {
  const { readableDidRead, rawBody } = incoming
  return readableDidRead && rawBody === undefined && !isBodiless(incoming)
}

function isBodiless({ method = 'GET' }: Pick<IncomingMessage, 'method'>): boolean {
  return method === 'GET' || method === 'HEAD'
}

export interface ServeOptions {
  /** 0 lets the system choose. @default 0 */
  port?: number
  /** @default '127.0.0.1', which only this machine reaches */
  hostname?: string
}

export interface ServedBroker {
  /** Where the broker answers, its `basePath` included. */
  readonly url: string
  readonly server: Server
  /** Refuses new requests, waits for those under way, then frees the port. Once is enough. */
  readonly close: () => Promise<void>
}

const HEADERS_TIMEOUT_MS = 10_000
const CHECKING_INTERVAL_MS = 2_000

/**
 * Serves a broker on a port of its own. Resolves when it listens, rejects where the port is taken.
 *
 * @example
 * ```ts
 * const { url, close } = await serveBroker(broker, { port: 8080 })
 * process.once('SIGTERM', close)
 * ```
 */
export async function serveBroker(
  broker: Broker,
  options: ServeOptions = {},
): Promise<ServedBroker> {
  const { port = 0, hostname = '127.0.0.1' } = options
  const underWay = createUnderWay()
  const answer = toNodeHandler(broker)
  const listen = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    underWay.add(outgoing)
    // Nobody times a body that nobody reads: a connection ends with the answer to what it still sends.
    outgoing.once('finish', () => {
      if (!incoming.complete && isBodiless(incoming)) incoming.socket.destroySoon()
    })
    answer(incoming, outgoing)
  }
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      // Node looks every 30 s only, and a slow sender could stay four times as long as it may.
      connectionsCheckingInterval: CHECKING_INTERVAL_MS,
      // The broker times every body that it reads; a long one to a vault may take its time.
      requestTimeout: 0,
      // Refused by us, with the headers of every answer.
      requireHostHeader: false,
    },
    listen,
  )
  server.on('checkExpectation', listen)
  server.on('clientError', (error: Error & { code?: string }, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || underWay.isAnswering(socket))
      socket.destroy()
    else answerClientError(error, socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, resolve)
  })
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    underWay.endConnections()
    await broker.close()
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()))
      server.closeIdleConnections()
    })
  }
  return {
    url: `${originOf(server)}${broker.basePath}`,
    server,
    close: () => (closed ??= close()),
  }
}

interface UnderWay {
  add(outgoing: ServerResponse): void
  /** An answer has begun on this connection; another one in its midst would be taken for a part of it. */
  isAnswering(socket: Socket): boolean
  endConnections(): void
}

/** Sees to it that no connection outlives its last answer once the server closes. */
function createUnderWay(): UnderWay {
  const responses = new Set<ServerResponse>()
  let isEnding = false
  return {
    add(outgoing) {
      if (isEnding) outgoing.shouldKeepAlive = false
      responses.add(outgoing)
      outgoing.once('close', () => responses.delete(outgoing))
    },
    isAnswering: (socket) =>
      [...responses].some((outgoing) => outgoing.headersSent && outgoing.socket === socket),
    endConnections() {
      isEnding = true
      for (const outgoing of responses) outgoing.shouldKeepAlive = false
    },
  }
}

function originOf(server: Server): string {
  const address = server.address() as AddressInfo
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}

function newExchange(): { requestId: string } {
  return { requestId: crypto.randomUUID() }
}

const PARSER_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}
const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** What Node's parser refuses never becomes a request; it is answered here, in the same words. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  const status = PARSER_STATUS[error.code ?? ''] ?? 400
  const exchange = newExchange()
  const problem = new OAuthError(
    'invalid_request',
    'The request is malformed, too large or too slow',
    { status },
  )
  const body = JSON.stringify(problemOf(exchange, problem))
  const headers = {
    ...brokerHeaders(exchange),
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = [`HTTP/1.1 ${status} ${REASONS[status]}`, ...lines, '', body].join('\r\n')
  // A request that went wrong in its body is still being read; this tells its reader.
  socket.end(text, () => socket.destroy())
}
