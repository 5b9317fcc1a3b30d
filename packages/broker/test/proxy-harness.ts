/** What the tests of the proxy share: a vault on a port that counts, a broker in front of it, raw sockets. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { allow, type AudienceConfig, type ProxyEvent, type ProxyRule } from '@valetkey/broker'
import { type ServedBroker, serveBroker } from '@valetkey/broker/node'
import { createTestMinter, type TestMinter } from '@valetkey/broker/testing'
import { onTestFinished } from 'vitest'
import {
  type App,
  type AppOptions,
  BROWSER_HEADERS,
  createApp,
  createManualClock,
} from './harness.ts'

/** One request as the vault saw it. */
export interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  rawHeaders: string[]
  body: string
}

export interface Vault {
  url: string
  seen: Seen[]
  /** Open connections. */
  connections: () => number
  close: () => Promise<void>
}

export type VaultHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/** A vault that answers in its own words; without any it reads the body and says `{"ok":true}`. */
export async function startVault(handler?: VaultHandler): Promise<Vault> {
  const seen: Seen[] = []
  const sockets = new Set<unknown>()
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers, rawHeaders } = incoming
    const one: Seen = { method, url, headers, rawHeaders, body: '' }
    seen.push(one)
    if (handler) return handler(incoming, outgoing)
    incoming.on('data', (chunk: Buffer) => (one.body += chunk.toString('latin1')))
    incoming.on('end', () => {
      outgoing.setHeader('Content-Type', 'application/json')
      outgoing.end('{"ok":true}')
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(close)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, seen, connections: () => sockets.size, close }
}

export interface Proxied extends App {
  vault: Vault
  served: ServedBroker
  cards: TestMinter
  /** The proxied audience, ending in `/`. */
  url: string
  proxied: () => ProxyEvent[]
  /** A call as the page would send it. */
  call: (path: string, init?: RequestInit) => Promise<Response>
}

export interface ProxiedOptions {
  app?: AppOptions
  audience?: Partial<AudienceConfig>
  vault?: VaultHandler
  /** Below the vault's root, without a slash at either end. */
  base?: string
}

export const EVERYTHING: ProxyRule[] = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map(
  (method) => allow(method, '/*'),
)

/** A broker on a port that forwards everything for `cards` to a vault on another. */
export async function createProxied(options: ProxiedOptions = {}): Promise<Proxied> {
  const vault = await startVault(options.vault)
  const clock = options.app?.clock ?? createManualClock()
  const cards = createTestMinter({ clock })
  const resource = `${vault.url}${options.base ? `${options.base}/` : ''}`
  const app = createApp({
    audiences: {
      cards: { minter: cards, delivery: 'proxy', allow: EVERYTHING, resource, ...options.audience },
      plain: createTestMinter({ clock }),
    },
    ...options.app,
    clock,
  })
  const served = await serveBroker(app.broker)
  onTestFinished(() => {
    served.server.closeAllConnections()
    return served.close()
  })
  const url = `${served.url}/proxy/cards/`
  return {
    ...app,
    vault,
    served,
    cards,
    url,
    proxied: () => app.events.filter((event) => event.event === 'proxy'),
    call: (path, init) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { ...BROWSER_HEADERS, ...(init?.headers as Record<string, string>) },
      }),
  }
}

/** What a server says to bytes that no client library would send. */
export async function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(bytes, 'latin1')
  let answer = ''
  for await (const chunk of socket.setEncoding('latin1')) answer += chunk
  return answer
}

/** A request from the page, with the target spelled as given. */
export function rawRequest(
  target: string,
  {
    method = 'GET',
    headers = [],
    body = '',
    host = 'app.test',
  }: { method?: string; headers?: readonly string[]; body?: string; host?: string } = {},
): string {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...Object.entries(BROWSER_HEADERS).map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
    ...headers,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0)
}
