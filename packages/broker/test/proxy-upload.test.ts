import { describe, expect, it } from 'vitest'
import { createManualClock, until, problemOf } from './harness.ts'
import { createProxied, rawRequest, sendRaw, statusOf } from './proxy-harness.ts'

const MIB = 1024 * 1024

describe('a body of the page', () => {
  it('that says it is too large is refused before anything is asked of anybody', async () => {
    const { served, vault, cards } = await createProxied({ audience: { maxBodyBytes: 1000 } })
    const answer = await sendRaw(
      served.url,
      rawRequest('/api/broker/proxy/cards/v1/x', {
        method: 'POST',
        headers: ['Content-Length: 1001'],
      }),
    )
    expect(statusOf(answer)).toBe(413)
    expect(answer).toContain('"error":"invalid_request"')
    expect([vault.seen.length, cards.requests.length]).toEqual([0, 0])
  })

  it.each([1000, 2 * MIB])('that proves to be larger than %i bytes is refused', async (cap) => {
    const { call, vault, proxied } = await createProxied({ audience: { maxBodyBytes: cap } })
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
    })
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
    // A server that stops reading may cut the line before its answer is read.
    const outcome = await call('v1/x', init).then(problemOf, () => 'cut')
    expect([[413, 'invalid_request', '1'], 'cut']).toContainEqual(outcome)
    await until(() => proxied().length === 1)
    expect(proxied()).toMatchObject([{ outcome: 'invalid_request' }])
    expect(vault.seen.length).toBe(cap < MIB ? 0 : 1)
  })

  it('of the largest size allowed passes', async () => {
    const { call, vault } = await createProxied({ audience: { maxBodyBytes: 2 * MIB } })
    const response = await call('v1/x', { method: 'POST', body: new Uint8Array(2 * MIB) })
    expect(response.status).toBe(200)
    await response.arrayBuffer()
    expect(vault.seen[0]?.body).toHaveLength(2 * MIB)
    expect(vault.seen[0]?.headers['content-length']).toBe(String(2 * MIB))
    expect(vault.seen[0]?.headers).not.toHaveProperty('transfer-encoding')
  })

  it('that stalls is given up at the deadline', async () => {
    const clock = createManualClock()
    const { served, vault, proxied } = await createProxied({ app: { clock } })
    const answer = sendRaw(
      served.url,
      rawRequest('/api/broker/proxy/cards/v1/x', {
        method: 'POST',
        headers: ['Content-Length: 10', ''],
      }),
    )
    await until(() => clock.pending() > 0)
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(30_000)
    expect(statusOf(await answer)).toBe(408)
    expect(vault.seen).toEqual([])
    expect(proxied()).toMatchObject([{ outcome: 'invalid_request' }])
  })
})
