import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { MintError } from '../src/index.ts'
import { until, problemOf } from './harness.ts'
import { createProxied } from './proxy-harness.ts'

const MIB = 1024 * 1024

describe('a token that the vault refuses', () => {
  /** Refuses every token but the one named. */
  const vaultFor = (good: string) => (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const isGood = incoming.headers.authorization === `Bearer ${good}`
    incoming.resume().on('end', () => {
      outgoing.writeHead(isGood ? 200 : 401, { 'WWW-Authenticate': 'Bearer', 'X-Valet-Key': '1' })
      outgoing.end(isGood ? 'welcome' : 'refused')
    })
  }

  it('costs one mint and one replay, and the page hears nothing of it', async () => {
    const { call, cards, vault, proxied } = await createProxied({ vault: vaultFor('test.cards.2') })
    const body = 'x'.repeat(MIB)
    const response = await call('v1/x', { method: 'POST', body })
    expect([response.status, await response.text()]).toEqual([200, 'welcome'])
    expect(cards.requests).toHaveLength(2)
    expect(vault.seen.map(({ headers }) => headers['content-length'])).toEqual([
      String(MIB),
      String(MIB),
    ])
    expect(proxied()).toMatchObject([{ status: 200, isReplayed: true, outcome: 'complete' }])
    expect(await (await call('v1/x')).text()).toBe('welcome')
    expect(cards.requests).toHaveLength(2)
  })

  it('costs one mint for 100 calls at once', async () => {
    const { call, cards } = await createProxied({ vault: vaultFor('test.cards.2') })
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await call('v1/x', { method: 'POST', body: '{}' })
        await response.arrayBuffer()
        return response.status
      }),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(cards.requests).toHaveLength(2)
  })

  it('twice is the page’s 401, not to be taken for a lost login', async () => {
    const { call, cards, vault } = await createProxied({ vault: vaultFor('none') })
    for (const round of [1, 2]) {
      const response = await call('v1/x', { method: 'POST', body: '{}' })
      expect([response.status, await response.text()]).toEqual([401, 'refused'])
      expect(response.headers.get('X-Valet-Key')).toBeNull()
      expect(response.headers.get('WWW-Authenticate')).toBeNull()
      // In the second round a mint was forced a moment ago.
      expect([round, cards.requests.length, vault.seen.length]).toEqual([round, 2, 1 + round])
    }
  })

  it('cannot be replayed for a long body: the next call has a better one', async () => {
    const { call, cards, vault } = await createProxied({ vault: vaultFor('test.cards.2') })
    const body = new Uint8Array(MIB + 1)
    const refused = await call('v1/x', { method: 'POST', body })
    expect([refused.status, await refused.text()]).toEqual([401, 'refused'])
    await until(() => cards.minted.length === 2)
    expect(vault.seen).toHaveLength(1)
    const response = await call('v1/x', { method: 'POST', body })
    expect([response.status, await response.text()]).toEqual([200, 'welcome'])
  })

  it('is the mint’s failure where there is no better one', async () => {
    const { call, cards, vault } = await createProxied({ vault: vaultFor('none') })
    await (await call('v1/x')).arrayBuffer()
    const { call: callAgain, cards: again } = await createProxied({ vault: vaultFor('none') })
    again.fail(new MintError('upstream_auth', 'key revoked'))
    expect(await problemOf(await callAgain('v1/x'))).toEqual([502, 'upstream_auth', '1'])
    expect([cards.requests.length, vault.seen.length]).toEqual([2, 2])
  })
})
