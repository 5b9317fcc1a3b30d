/** A vault and a broker on real ports, for clients of other libraries. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Broker, createBroker, type Principal } from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTestMinter, type TestMinter } from '@valetkey/broker/testing'
import { onTestFinished } from 'vitest'

export interface SeenRequest {
  method: string
  path: string
  authorization: string | undefined
  body: string
}

export interface VaultServer {
  url: string
  seen: SeenRequest[]
  /** From now on a request with this token gets a 401. */
  revoke(token: string): void
}

/** Serves JSON about what was asked; a 401 to tokens that were revoked, or that are none. */
export async function serveVault(): Promise<VaultServer> {
  const seen: SeenRequest[] = []
  const revoked = new Set<string>()
  const url = await serve(async (request, response) => {
    const { method = '', url: path = '', headers } = request
    const { authorization } = headers
    const body = await text(request)
    seen.push({ method, path, authorization, body })
    const token = authorization?.replace(/^Bearer /, '') ?? ''
    response.statusCode = token === '' || revoked.has(token) ? 401 : 200
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify([{ path, body }]))
  })
  return { url, seen, revoke: (token) => void revoked.add(token) }
}

export interface BrokerHouse {
  vault: VaultServer
  /** Where the broker answers. */
  url: string
  minter: TestMinter
  /** `Authorization` of every request for tokens. */
  logins: (string | null)[]
}

/** A broker that knows its users by the bearer of the app's own login. */
export async function serveBearerBroker(
  userOf: (login: string) => Promise<Principal | null>,
): Promise<BrokerHouse> {
  const vault = await serveVault()
  const minter = createTestMinter()
  const logins: (string | null)[] = []
  const broker: Broker = createBroker({
    audiences: { cards: { minter, resource: vault.url } },
    logger: { info() {}, warn() {}, error() {} },
    authenticate: async (request) => {
      const header = request.headers.get('Authorization')
      logins.push(header)
      return userOf(header?.replace(/^Bearer /, '') ?? '')
    },
    authorize: () => true,
  })
  const { url, close } = await serveBroker(broker)
  onTestFinished(close)
  return { vault, url, minter, logins }
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}
