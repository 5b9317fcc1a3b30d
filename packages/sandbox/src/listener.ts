/** Opens a port for one emulated server. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server'

export interface Address {
  host: string
  /** 0 takes a free one. */
  port: number
  /** Serves HTTPS with these, both PEM; without them HTTP. */
  tls?: { key: string; certificate: string }
}

/** The request and the answer as Node has them, for those who destroy connections. */
export type Bindings = HttpBindings | Http2Bindings

export interface Listener {
  port: number
  /** Answers requests from now on, those included that came before. */
  serve(fetch: (request: Request, bindings: Bindings) => Response | Promise<Response>): void
  /** Destroys open connections. */
  close(): Promise<void>
}

/** A port that could not be opened. The message names it and says what to do. */
export class PortError extends Error {
  override readonly name = 'PortError'
  readonly port: number

  constructor({ host, port }: Address, cause: NodeJS.ErrnoException) {
    super(`Cannot listen on ${host} port ${port}: ${reasonOf(cause)}`, { cause })
    this.port = port
  }
}

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

export async function openListener(address: Address): Promise<Listener> {
  let provide: (handler: Handler) => void = () => {}
  const provided = new Promise<Handler>((resolve) => {
    provide = resolve
  })
  const server = createServerFor(address, (incoming, outgoing) => {
    void provided.then((answer) => answer(incoming, outgoing))
  })
  const port = await listen(server, address)
  return {
    port,
    serve(fetch) {
      // This process may hold other servers: leave its global Request and Response alone.
      const options = { overrideGlobalObjects: false }
      provide(getRequestListener((request, bindings) => fetch(request, bindings), options))
    },
    close: () => close(server),
  }
}

function createServerFor(
  { tls }: Address,
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Server {
  if (!tls) return createServer(answer)
  return createTlsServer({ key: tls.key, cert: tls.certificate }, answer)
}

function listen(server: Server, address: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new PortError(address, error)))
    server.listen(address.port, address.host, () => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound ? bound.port : address.port)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'it is in use. Stop what listens there, or choose another port.'
  if (code === 'EACCES') return 'this user may not. Choose a port above 1023.'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'this machine has no such address. Choose another host, such as 127.0.0.1.'
  return message
}
