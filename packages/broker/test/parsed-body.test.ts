import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toNodeHandler } from '../src/node.ts'
import { type App, BROWSER_HEADERS, createApp } from './harness.ts'
import { createProxied } from './proxy-harness.ts'

const body = JSON.stringify({ tokens: [{ id: '1', audience: 'cards' }] })
const init = { method: 'POST', headers: BROWSER_HEADERS, body }

async function listen(
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** As a parser does that keeps what it has read in a form of its own. */
async function listenBehind(parse: (text: string) => unknown, app: App): Promise<string> {
  const listener = toNodeHandler(app.broker)
  return listen(async (incoming, outgoing) => {
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk
    Object.assign(incoming, { body: parse(text) })
    listener(incoming, outgoing)
  })
}

describe('toNodeHandler', () => {
  it.each<[string, (text: string) => unknown]>([
    ['as text', (text) => text],
    ['as bytes', (text) => Buffer.from(text)],
    ['as JSON', (text) => JSON.parse(text)],
  ])('takes a body that a parser left %s', async (_, parse) => {
    const origin = await listenBehind(parse, createApp())
    const response = await fetch(`${origin}/api/broker/tokens`, init)
    expect(response.status).toBe(200)
    await response.arrayBuffer()
  })

  it('refuses a body that a parser has read and nobody can put together again', async () => {
    const { vault, ...app } = await createProxied()
    const origin = await listenBehind((text) => ({ fields: text.split('&') }), app)
    const headers = { ...BROWSER_HEADERS, 'Content-Type': 'application/x-www-form-urlencoded' }
    const response = await fetch(`${origin}/api/broker/proxy/cards/v1/x`, {
      method: 'POST',
      headers,
      body: 'a=1&b=2',
    })
    expect(response.status).toBe(415)
    expect(await response.text()).toContain('mount the broker before it')
    expect(vault.seen).toEqual([])
  })

  it('forwards a JSON body that a parser has read', async () => {
    const { vault, ...app } = await createProxied()
    const origin = await listenBehind((text) => JSON.parse(text), app)
    const response = await fetch(`${origin}/api/broker/proxy/cards/v1/x`, init)
    expect(response.status).toBe(200)
    expect(vault.seen).toMatchObject([{ body }])
    await response.arrayBuffer()
  })
})
