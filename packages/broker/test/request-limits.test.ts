import { describe, expect, it } from 'vitest'
import type { RateLimits } from '@valetkey/broker'
import { createTestMinter } from '@valetkey/broker/testing'
import { rememberAddress } from '../src/client-address.ts'
import type { AppOptions } from './harness.ts'
import {
  ADA,
  ask,
  askOne,
  createApp,
  createManualClock,
  tokenRequest,
  type WireBody,
} from './harness.ts'
import { createProxied } from './proxy-harness.ts'

const tokens = [{ id: '1', audience: 'cards' }]
const TWO = { count: 2, perSeconds: 60 }

function ask3(options: AppOptions, requestOf: (index: number) => Request): Promise<Response[]> {
  const { broker } = createApp(options)
  return Promise.all([0, 1, 2].map((index) => broker.fetch(requestOf(index))))
}

const statuses = (responses: readonly Response[]): number[] =>
  responses.map(({ status }) => status).toSorted((a, b) => a - b)

describe('a limit', () => {
  it('answers 429 with the wait in the body and in Retry-After', async () => {
    const responses = await ask3({ rateLimit: { perPrincipal: TWO } }, () =>
      tokenRequest({ tokens }),
    )
    expect(statuses(responses)).toEqual([200, 200, 429])
    const refused = responses.find(({ status }) => status === 429)
    const body = (await refused?.json()) as WireBody
    expect(body).toMatchObject({ error: 'rate_limited', retryable: true })
    expect(body.tokens).toBeUndefined()
    expect(body.retry_after).toBeGreaterThan(50)
    expect(refused?.headers.get('Retry-After')).toBe(String(Math.ceil(body.retry_after ?? 0)))
  })

  it('of one subject is not another’s', async () => {
    let subject = 'ada'
    const { broker } = createApp({
      rateLimit: { perPrincipal: TWO },
      principal: () => ({ subject, login: '1' }),
    })
    for (const name of ['ada', 'ada', 'eve', 'eve']) {
      subject = name
      expect((await ask(broker, 'cards')).status).toBe(200)
    }
    expect((await ask(broker, 'cards')).status).toBe(429)
  })

  it('is 600 requests a minute unless set, and none if lifted', async () => {
    const run = async (rateLimit: RateLimits | false): Promise<number> => {
      const { broker } = createApp({ rateLimit })
      const all = Array.from({ length: 601 }, () => broker.fetch(tokenRequest({ tokens })))
      return (await Promise.all(all)).filter(({ status }) => status === 429).length
    }
    expect(await run({})).toBe(1)
    expect(await run({ perPrincipal: false })).toBe(0)
    expect(await run(false)).toBe(0)
  })

  it('of all together counts everybody, before the login is asked', async () => {
    const asked: string[] = []
    const responses = await ask3(
      {
        rateLimit: { global: TWO },
        authenticate: (request) => {
          asked.push(request.url)
          return null
        },
      },
      () => tokenRequest({ tokens }),
    )
    expect(statuses(responses)).toEqual([401, 401, 429])
    expect(asked).toHaveLength(2)
  })

  it('is not used up by pages that are not the app', async () => {
    const { broker } = createApp({ rateLimit: { global: TWO } })
    const foreign = () =>
      tokenRequest({ tokens }, { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' })
    for (let count = 0; count < 5; count += 1)
      expect((await broker.fetch(foreign())).status).toBe(403)
    expect((await ask(broker, 'cards')).status).toBe(200)
  })

  it('counts forwarded calls on their own', async () => {
    const { call, broker } = await createProxied({
      app: { rateLimit: { proxyPerPrincipal: TWO, perPrincipal: TWO } },
    })
    const answers = [await call('v1/x'), await call('v1/x'), await call('v1/x')]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(answers[2]?.headers.get('X-Valet-Key')).toBe('1')
    expect((await ask(broker, 'plain')).status).toBe(200)
  })
})

describe('a network address', () => {
  const perAddress = TWO
  const from = (address: string, forwarded?: string): Request => {
    const request = tokenRequest({ tokens }, { 'X-Forwarded-For': forwarded })
    rememberAddress(request, address)
    return request
  }

  it('is that of the connection, whatever a header says', async () => {
    const options: AppOptions = { clientAddress: 'socket', rateLimit: { perAddress } }
    const responses = await ask3(options, (index) => from('192.0.2.1', `198.51.100.${index}`))
    expect(statuses(responses)).toEqual([200, 200, 429])
    const others = await ask3(options, (index) => from(`192.0.2.${index}`))
    expect(statuses(others)).toEqual([200, 200, 200])
  })

  it('is what the trusted proxy added, whatever stands before it', async () => {
    const options: AppOptions = { clientAddress: { trustedProxies: 1 }, rateLimit: { perAddress } }
    const forged = await ask3(options, (index) => from('10.0.0.1', `203.0.113.${index}, 192.0.2.1`))
    expect(statuses(forged)).toEqual([200, 200, 429])
    const others = await ask3(options, (index) => from('10.0.0.1', `203.0.113.9, 192.0.2.${index}`))
    expect(statuses(others)).toEqual([200, 200, 200])
    const direct = await ask3(options, () => from('192.0.2.77'))
    expect(statuses(direct)).toEqual([200, 200, 429])
  })

  it.each<[string, string, string]>([
    ['two of one /64', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1'],
    ['two spellings', '2001:DB8::1', '2001:db8:0:0:9::'],
    ['one with its port', '192.0.2.1', '192.0.2.1:4711'],
    ['one in IPv6 clothes', '192.0.2.1', '::ffff:192.0.2.1'],
    ['one with a zone', 'fe80::1%eth0', 'fe80::1'],
    ['one in brackets', '2001:db8::1', '[2001:db8::1]:4711'],
  ])('counts %s as one', async (_, one, other) => {
    const responses = await ask3({ clientAddress: 'socket', rateLimit: { perAddress } }, (index) =>
      from(index === 1 ? other : one),
    )
    expect(statuses(responses)).toEqual([200, 200, 429])
  })

  it('tells two /64 apart', async () => {
    const responses = await ask3({ clientAddress: 'socket', rateLimit: { perAddress } }, (index) =>
      from(`2001:db8:1:${index}::1`),
    )
    expect(statuses(responses)).toEqual([200, 200, 200])
  })

  it('may be told by a function; where none is known there is no limit', async () => {
    const options: AppOptions = {
      clientAddress: (request) => request.headers.get('CF-Connecting-IP') ?? undefined,
      rateLimit: { perAddress },
    }
    const told = await ask3(options, () =>
      tokenRequest({ tokens }, { 'CF-Connecting-IP': '192.0.2.1' }),
    )
    expect(statuses(told)).toEqual([200, 200, 429])
    expect(statuses(await ask3(options, () => tokenRequest({ tokens })))).toEqual([200, 200, 200])
  })
})

describe('mints', () => {
  it('that one user causes by asking for ever other lifetimes are few, for lifetimes go by steps', async () => {
    const { broker, minter } = createApp()
    for (let ttl = 1; ttl <= 300; ttl += 0.5) {
      const { expires_in = 0 } = await askOne(broker, { audience: 'cards', ttl })
      expect(expires_in).toBeLessThanOrEqual(ttl)
      expect(expires_in).toBeGreaterThanOrEqual(ttl * 0.75)
    }
    expect(minter.requests.length).toBeLessThan(30)
  })

  it('that one user causes in any way are limited, and the other users do not feel it', async () => {
    const clock = createManualClock()
    const shared = createTestMinter({ clock, shareable: true })
    let subject = 'ada'
    const { broker } = createApp({
      clock,
      principal: () => ({ ...ADA, subject }),
      audiences: { shared: { minter: shared, scopes: ['a', 'b', 'c', 'd', 'e', 'f'] } },
      rateLimit: { mintsPerPrincipal: { count: 5, perSeconds: 60 } },
    })
    const scopes = ['a', 'b', 'c', 'd', 'e', 'f', 'a b', 'a c', 'a d']
    const outcomes: (string | undefined)[] = []
    for (const scope of scopes)
      outcomes.push((await askOne(broker, { audience: 'shared', scope })).error)
    expect(outcomes).toEqual([
      ...Array.from({ length: 6 }, () => undefined),
      ...Array.from({ length: 3 }, () => 'rate_limited'),
    ])
    // What is at hand is handed out all the same.
    expect(await askOne(broker, { audience: 'shared', scope: 'a' })).toHaveProperty('access_token')
    subject = 'eve'
    expect(await askOne(broker, { audience: 'shared', scope: 'a d' })).toHaveProperty(
      'access_token',
    )
  })

  it('that a login with a moving end would cause with every request are one in many', async () => {
    const clock = createManualClock()
    const { broker, minter } = createApp({
      clock,
      // Prolonged by every request, and shorter than a token would live.
      principal: () => ({ ...ADA, expiresAt: clock.now() + 200_000 }),
    })
    for (let second = 0; second < 120; second += 1) {
      await askOne(broker, 'cards')
      clock.advance(1_000)
    }
    expect(minter.requests.length).toBeLessThanOrEqual(7)
  })
})
