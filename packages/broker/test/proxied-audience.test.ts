import { describe, expect, it } from 'vitest'
import { allow } from '../src/index.ts'
import { createTestGroup } from '../src/testing/index.ts'
import { ask, askOne, BROWSER_HEADERS, createManualClock, problemOf } from './harness.ts'
import { createProxied, startVault } from './proxy-harness.ts'

describe('a proxied audience', () => {
  it('is answered without its token: where to call, for how long', async () => {
    const { broker, cards } = await createProxied()
    const item = await askOne(broker, 'cards')
    expect(item).toEqual({
      id: '1',
      audience: 'cards',
      delivery: 'proxy',
      resource: 'proxy/cards/',
      expires_in: 300,
    })
    expect(cards.requests).toHaveLength(0)
  })

  it('is granted no longer than the login, the policy or the request says', async () => {
    const clock = createManualClock()
    const expiresAt = clock.now() + 40_000
    const { broker } = await createProxied({
      app: {
        clock,
        principal: { subject: 'ada', login: '1', expiresAt },
        authorize: (_, { scope }) => (scope ? { maxLifetimeMs: 20_000, scope } : true),
      },
      audience: { scopes: ['read'] },
    })
    const { tokens } = await ask(
      broker,
      'cards',
      { audience: 'cards', scope: 'read' },
      { audience: 'cards', ttl: 10 },
    )
    expect(tokens.map(({ expires_in }) => expires_in)).toEqual([40, 20, 10])
    expect(tokens.some((item) => 'access_token' in item || 'token_id' in item)).toBe(false)
  })

  it('may be a group: each member has a place of its own', async () => {
    const vaults = await Promise.all([startVault(), startVault()])
    const clock = createManualClock()
    const group = {
      ...createTestGroup([], { clock }),
      members: () =>
        vaults.map(({ url }, index) => ({ name: `did:${'ab'[index]}`, resource: url })),
    }
    const { broker, served } = await createProxied({
      app: {
        clock,
        audiences: { records: { minter: group, delivery: 'proxy', allow: [allow('GET', '/*')] } },
      },
    })
    const { body, tokens } = await ask(broker, 'records')
    expect(body.groups).toEqual({ records: ['records/did:a', 'records/did:b'] })
    expect(tokens.map(({ resource }) => resource)).toEqual([
      'proxy/records%2Fdid%3Aa/',
      'proxy/records%2Fdid%3Ab/',
    ])
    for (const place of ['proxy/records%2Fdid%3Ab/x', 'proxy/records%2Fdid:b/x']) {
      const response = await fetch(`${served.url}/${place}`, { headers: BROWSER_HEADERS })
      expect(response.status).toBe(200)
      await response.arrayBuffer()
    }
    expect(vaults.map(({ seen }) => seen.length)).toEqual([0, 2])
    expect(vaults[1]?.seen[0]?.headers.authorization).toMatch(/^Bearer test\.records\/did:b\.\d$/)
    for (const place of ['proxy/records/x', 'proxy/records/did:b/x', 'proxy/records%2Fdid:c/x']) {
      const response = await fetch(`${served.url}/${place}`, { headers: BROWSER_HEADERS })
      expect(await problemOf(response)).toEqual([403, 'invalid_target', '1'])
    }
  })
})
