import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BROWSER_HEADERS, until } from './harness.ts'
import { createProxied, rawRequest, statusOf } from './proxy-harness.ts'

const MIB = 1024 * 1024

describe('a client that goes away', () => {
  it('takes its call at the vault along', async () => {
    let gone = false
    const { call, vault, proxied } = await createProxied({
      vault: (incoming) => incoming.socket.once('close', () => (gone = true)),
    })
    const controller = new AbortController()
    const response = call('v1/x', { signal: controller.signal })
    await until(() => vault.seen.length === 1)
    controller.abort()
    await expect(response).rejects.toThrow('aborted')
    await until(() => gone && proxied().length === 1)
    expect(proxied()).toMatchObject([{ outcome: 'client-gone' }])
  })

  it('in the middle of the answer, too', async () => {
    let gone = false
    const { call, proxied } = await createProxied({
      vault: (incoming, outgoing) => {
        incoming.socket.once('close', () => (gone = true))
        outgoing.write('first')
      },
    })
    const controller = new AbortController()
    const response = await call('v1/x', { signal: controller.signal })
    controller.abort()
    await expect(response.text()).rejects.toThrow('aborted')
    await until(() => gone && proxied().length === 1)
    expect(proxied()).toMatchObject([{ outcome: 'client-gone', status: 200 }])
  })

  it('in the middle of its own body, too', async () => {
    let gone = false
    const { served, vault, proxied } = await createProxied({
      vault: (incoming) => {
        incoming.on('error', () => {}).resume()
        incoming.socket.once('close', () => (gone = true))
      },
    })
    const { hostname, port } = new URL(served.url)
    const socket = connect(Number(port), hostname)
    socket.write(
      rawRequest('/api/broker/proxy/cards/v1/x', {
        method: 'POST',
        headers: [`Content-Length: ${3 * MIB}`, ''],
      }),
    )
    socket.write(Buffer.alloc(2 * MIB))
    await until(() => vault.seen.length === 1)
    socket.destroy()
    await until(() => gone && proxied().length === 1)
    expect(proxied()).toMatchObject([{ outcome: 'client-gone' }])
  })

  it('with a parser’s error in the middle of its body, too', async () => {
    const { served, proxied } = await createProxied()
    const request = rawRequest('/api/broker/proxy/cards/v1/x', {
      method: 'POST',
      headers: ['Transfer-Encoding: chunked', '', 'ZZ'],
    })
    const { hostname, port } = new URL(served.url)
    // It says no more and does not hang up either.
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    onTestFinished(() => void socket.destroy())
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString())).on('error', () => {})
    socket.write(request)
    await until(() => answer !== '' && proxied().length === 1)
    expect(statusOf(answer)).toBe(400)
    expect(proxied()).toMatchObject([{ outcome: 'client-gone' }])
  })
})

it('cancels its call at the vault with the body that nobody wants, where there is no signal', async () => {
  let gone = false
  const { broker, url, proxied } = await createProxied({
    vault: (incoming, outgoing) => {
      incoming.socket.once('close', () => (gone = true))
      outgoing.write('first')
    },
  })
  const response = await broker.fetch(new Request(`${url}v1/x`, { headers: BROWSER_HEADERS }))
  await response.body?.cancel()
  await until(() => gone)
  expect(proxied()).toMatchObject([{ outcome: 'client-gone', status: 200 }])
})

describe('a broker that closes', () => {
  it('waits for the last byte of what is under way, and takes nothing new', async () => {
    let answer: ServerResponse | undefined
    const { call, broker, url } = await createProxied({
      vault: (_, outgoing) => {
        answer = outgoing
        outgoing.write('first')
      },
    })
    const response = await call('v1/x')
    let isClosed = false
    const closed = broker.close().then(() => (isClosed = true))
    const refused = await broker.fetch(new Request(`${url}v1/x`, { headers: BROWSER_HEADERS }))
    expect(refused.status).toBe(503)
    expect(isClosed).toBe(false)
    answer?.end(' last')
    expect(await response.text()).toBe('first last')
    await closed
  })
})
