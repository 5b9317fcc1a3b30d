import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTokenClient, isTokenError } from '../src/index.ts'
import { codeOf } from './stage.ts'

const GOOD = { id: '1', audience: 'mail', access_token: 'good-token', expires_in: 300 }
const MEBIBYTE = 1024 * 1024

/** A broker on a port of its own that answers what it is told to, and a client before it. */
async function serve(answer: (response: ServerResponse, number: number) => void) {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    request.resume()
    answer(response, requests)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = createTokenClient(`http://127.0.0.1:${port}/broker`)
  onTestFinished(async () => {
    client.dispose()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { client, requests: () => requests }
}

const json = (tokens: object[]) => (response: ServerResponse) =>
  void response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ server_time: Date.now(), tokens }))

describe('over HTTP, an answer', () => {
  it.each<[string, string, string]>([
    ['in HTML', 'text/html', '<!doctype html><title>Sign in</title>'],
    ['without a body', 'application/json', ''],
    ['that is cut off', 'application/json', '{"tokens":[{"id":"0","audience":"cards","acce'],
    ['with a life of NaN', 'application/json', '{"tokens":[{"id":"0","expires_in":NaN}]}'],
  ])('%s is malformed, remembered, asked for once', async (_, type, body) => {
    const { client, requests } = await serve(
      (response) => void response.setHeader('content-type', type).end(body),
    )
    const codes = [await codeOf(client.getToken('cards')), await codeOf(client.getToken('cards'))]
    expect(codes).toEqual(['malformed_response', 'malformed_response'])
    expect(client.status('cards')).toMatchObject({ status: 'error', expiresAt: undefined })
    expect(requests()).toBe(1)
  })

  it('of 100 MB is cut off long before its end', async () => {
    let sent = 0
    const chunk = Buffer.alloc(MEBIBYTE, 'x')
    const { client } = await serve((response) => {
      response.setHeader('content-type', 'application/json')
      response.write('{"tokens":[{"id":"0","audience":"cards","access_token":"')
      const pour = () => {
        while (sent < 100 && !response.destroyed) {
          sent += 1
          if (!response.write(chunk)) return void response.once('drain', pour)
        }
        response.end('"}]}')
      }
      pour()
    })
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
    expect(sent).toBeLessThan(50)
  })

  it.each<[string, object[]]>([
    ['with another audience', [{ ...GOOD, id: '0', audience: 'other' }]],
    ['with another id', [{ ...GOOD, id: '7', audience: 'cards' }]],
    ['without an item', []],
    [
      'with an item twice',
      [
        { ...GOOD, id: '0', audience: 'cards' },
        { ...GOOD, id: '0', audience: 'cards', access_token: 'another-token' },
      ],
    ],
    ['with a life in words', [{ ...GOOD, id: '0', audience: 'cards', expires_in: '300' }]],
    ['with no life', [{ ...GOOD, id: '0', audience: 'cards', expires_in: 0 }]],
  ])('%s fails that item alone, and caches nothing of it', async (_, items) => {
    const { client, requests } = await serve(json([...items, GOOD]))
    const both = [client.getToken('cards'), client.getToken('mail')]
    expect(await Promise.all(both.map(codeOf))).toEqual(['malformed_response', 'resolved'])
    expect(client.status('cards')).toMatchObject({ status: 'error', generation: 0 })
    expect(client.status('other').status).toBe('idle')
    expect((await client.getToken('mail')).value).toBe(GOOD.access_token)
    expect(requests()).toBe(1)
  })

  it('with a token that is dead on arrival comes too late, and says when to come back', async () => {
    const brief = { ...GOOD, id: '0', audience: 'cards', expires_in: 0.000_001 }
    const { client, requests } = await serve(json([brief, GOOD]))
    const both = [client.getToken('cards'), client.getToken('mail')]
    const [error, good] = await Promise.allSettled(both)
    expect(good?.status).toBe('fulfilled')
    const reason: unknown = error?.status === 'rejected' ? error.reason : undefined
    expect(isTokenError(reason) && reason.code).toBe('broker_timeout')
    expect(reason).toMatchObject({ retryable: true, retryAt: expect.any(Number) })
    expect(requests()).toBe(1)
  })
})
