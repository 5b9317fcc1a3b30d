import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createManualClock, until, problemOf } from './harness.ts'
import { createProxied, startVault } from './proxy-harness.ts'

const MIB = 1024 * 1024

describe('an answer of the vault', () => {
  it.each([301, 302, 303, 307, 308, 300, 305])('that redirects (%i) is a fault', async (status) => {
    const elsewhere = await startVault()
    const { call, vault } = await createProxied({
      vault: (_, outgoing) => outgoing.writeHead(status, { Location: elsewhere.url }).end(),
    })
    expect(await problemOf(await call('v1/x'))).toEqual([502, 'upstream_invalid', '1'])
    expect([vault.seen.length, elsewhere.seen.length]).toEqual([1, 0])
  })

  it.each([200, 206, 400, 403, 404, 409, 418, 422, 429, 500, 502, 503, 504, 599])(
    'with status %i is passed on as the vault’s own',
    async (status) => {
      const { call } = await createProxied({
        vault: (_, outgoing) => outgoing.writeHead(status).end('text'),
      })
      const response = await call('v1/x')
      expect([response.status, await response.text()]).toEqual([status, 'text'])
      expect(response.headers.get('X-Valet-Key')).toBeNull()
    },
  )

  it.each([204, 205, 304])('with status %i has no body', async (status) => {
    const { call, proxied } = await createProxied({
      vault: (_, outgoing) => outgoing.writeHead(status, { ETag: '"e"' }).end(),
    })
    const response = await call('v1/x')
    expect([response.status, await response.text()]).toEqual([status, ''])
    expect(response.headers.get('ETag')).toBe('"e"')
    expect(proxied()).toMatchObject([{ status, outcome: 'complete' }])
  })

  it('to HEAD says how long the body would be', async () => {
    const { call, vault } = await createProxied({
      vault: (_, outgoing) => outgoing.writeHead(200, { 'Content-Length': '1234' }).end(),
    })
    const response = await call('v1/x', { method: 'HEAD' })
    expect(response.headers.get('Content-Length')).toBe('1234')
    expect(await response.text()).toBe('')
    expect(vault.seen[0]?.method).toBe('HEAD')
  })

  it('that is compressed although nobody asked arrives plain', async () => {
    const { call, vault } = await createProxied({
      vault: (_, outgoing) =>
        outgoing.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('plain text')),
    })
    const response = await call('v1/x', { headers: { 'Accept-Encoding': 'gzip' } })
    expect(vault.seen[0]?.headers['accept-encoding']).toBe('identity')
    expect(response.headers.get('Content-Encoding')).toBeNull()
    expect(await response.text()).toBe('plain text')
  })

  it('in a coding that is not decoded everywhere is a fault', async () => {
    const { call } = await createProxied({
      vault: (_, outgoing) => outgoing.writeHead(200, { 'Content-Encoding': 'zstd' }).end('x'),
    })
    expect(await problemOf(await call('v1/x'))).toEqual([502, 'upstream_invalid', '1'])
  })

  it('that was packed small does not grow over the cap', async () => {
    const { call, proxied } = await createProxied({
      audience: { maxBodyBytes: MIB },
      vault: (_, outgoing) =>
        outgoing
          .writeHead(200, { 'Content-Encoding': 'gzip' })
          .end(gzipSync(new Uint8Array(50 * MIB))),
    })
    const response = await call('v1/x')
    await expect(response.arrayBuffer()).rejects.toThrow('terminated')
    await until(() => proxied().length === 1)
    expect(proxied()).toMatchObject([{ status: 200, outcome: 'upstream_invalid' }])
    expect(proxied()[0]?.responseBytes).toBeLessThan(2 * MIB)
  })

  it('is refused at once where it says that it is too large, cut off where it does not', async () => {
    const { call, vault, proxied } = await createProxied({
      audience: { maxBodyBytes: 1000 },
      vault: ({ url }, outgoing) => {
        if (url === '/v1/declared') outgoing.setHeader('Content-Length', '1001')
        outgoing.write('x'.repeat(1000))
        setImmediate(() => outgoing.end('y'))
      },
    })
    expect(await problemOf(await call('v1/declared'))).toEqual([502, 'upstream_invalid', '1'])
    const response = await call('v1/endless')
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
    await until(() => proxied().length === 2)
    expect(vault.seen).toHaveLength(2)
  })

  it('that breaks off is broken off', async () => {
    const { call, proxied } = await createProxied({
      vault: (_, outgoing) => {
        outgoing.writeHead(200, { 'Content-Length': '10' })
        outgoing.write('half')
        setImmediate(() => outgoing.destroy())
      },
    })
    const response = await call('v1/x')
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
    await until(() => proxied().length === 1)
    expect(proxied()).toMatchObject([{ outcome: 'upstream_invalid', status: 200 }])
  })
})

describe('a vault', () => {
  it('that is dead is a fault that the log explains', async () => {
    const { call, vault, proxied, logged } = await createProxied()
    await vault.close()
    expect(await problemOf(await call('v1/x', { method: 'POST', body: '{}' }))).toEqual([
      502,
      'upstream_invalid',
      '1',
    ])
    expect(proxied()).toMatchObject([
      { outcome: 'upstream_invalid', detail: expect.stringContaining('ECONNREFUSED') },
    ])
    expect(JSON.stringify(logged)).not.toContain('test.cards.1')
  })

  it('that hangs up without a word is one, too', async () => {
    const { call } = await createProxied({ vault: (incoming) => incoming.socket.destroy() })
    expect(await problemOf(await call('v1/x'))).toEqual([502, 'upstream_invalid', '1'])
  })

  it('that says nothing is given up at the deadline', async () => {
    const clock = createManualClock()
    let gone = false
    const { call, vault, proxied } = await createProxied({
      app: { clock },
      vault: (incoming) => incoming.socket.once('close', () => (gone = true)),
    })
    const response = call('v1/x')
    await until(() => vault.seen.length === 1)
    clock.advance(29_999)
    expect(proxied()).toEqual([])
    clock.advance(1)
    expect(await problemOf(await response)).toEqual([504, 'upstream_timeout', '1'])
    await until(() => gone)
    expect(proxied()).toMatchObject([{ outcome: 'upstream_timeout', ms: 30_000 }])
    expect(clock.pending()).toBe(0)
  })

  it('that stalls within its body is cut off, and one that goes on is not', async () => {
    const clock = createManualClock()
    let answer: ServerResponse | undefined
    const { call, proxied } = await createProxied({
      app: { clock },
      vault: (_, outgoing) => {
        answer = outgoing
        outgoing.write('0')
      },
    })
    const response = await call('v1/x')
    const reader = response.body!.getReader()
    await reader.read()
    for (const piece of ['1', '2', '3']) {
      clock.advance(29_000)
      answer?.write(piece)
      await reader.read()
    }
    const next = reader.read()
    clock.advance(30_000)
    await expect(next).rejects.toThrow('terminated')
    await until(() => proxied().length === 1)
    expect(proxied()).toMatchObject([
      { outcome: 'upstream_timeout', status: 200, responseBytes: 4 },
    ])
  })

  it('that trickles is cut off in the end', async () => {
    const clock = createManualClock()
    let answer: ServerResponse | undefined
    const { call } = await createProxied({
      app: { clock },
      audience: { totalTimeoutMs: 60_000 },
      vault: (_, outgoing) => {
        answer = outgoing
        outgoing.write('0')
      },
    })
    const reader = (await call('v1/x')).body!.getReader()
    await reader.read()
    clock.advance(29_000)
    answer?.write('1')
    await reader.read()
    clock.advance(29_000)
    answer?.write('2')
    await reader.read()
    const next = reader.read()
    clock.advance(2_000)
    await expect(next).rejects.toThrow('terminated')
  })
})

it('calls the vault by the `fetch` it is given', async () => {
  const calls: string[] = []
  const { call } = await createProxied({
    audience: { resource: 'https://vault.example/base/' },
    app: {
      fetch: async (input, init) => {
        calls.push(`${init?.method} ${new Request(input).url} ${init?.redirect}`)
        return new Response('from the test')
      },
    },
  })
  expect(await (await call('v1/x?q=1')).text()).toBe('from the test')
  expect(calls).toEqual(['GET https://vault.example/base/v1/x?q=1 manual'])
})
