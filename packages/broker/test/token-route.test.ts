import { MAX_ITEMS } from '@valetkey/protocol'
import { describe, expect, it } from 'vitest'
import { createTestMinter } from '../src/testing/index.ts'
import { ADA, ask, askOne, createApp, createManualClock, createVaults } from './harness.ts'

describe('an answer', () => {
  it('brings every token in one body, in the order asked for', async () => {
    const { broker, clock } = createVaults()
    const { status, body, response } = await ask(broker, 'records', 'cards')
    expect(status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('application/json')
    const token = (id: string, audience: string) => ({
      id,
      audience,
      token_id: expect.any(String),
      access_token: expect.stringContaining(audience),
      token_type: 'Bearer',
      expires_in: 300,
    })
    expect(body).toEqual({
      server_time: clock.now(),
      session: expect.any(String),
      groups: { records: ['records/a', 'records/b', 'records/c'] },
      tokens: [
        { ...token('1', 'records/a'), resource: 'https://a.test/' },
        { ...token('1', 'records/b'), resource: 'https://b.test/' },
        { ...token('1', 'records/c'), resource: 'https://c.test/' },
        token('2', 'cards'),
      ],
    })
  })

  it('counts what remains at the moment of writing, in fractions of a second', async () => {
    const { broker, clock } = createVaults()
    await askOne(broker, 'cards')
    clock.advance(2_600)
    expect(await askOne(broker, 'cards')).toMatchObject({ expires_in: 297.4 })
  })

  it('reads the members of a group anew', async () => {
    const { broker, members, records } = createVaults()
    await ask(broker, 'records')
    members.names = ['c', 'd']
    const { body } = await ask(broker, 'records')
    expect(body.groups).toEqual({ records: ['records/c', 'records/d'] })
    expect(records.requests.map(({ audience }) => audience)).toEqual([
      'records/a',
      'records/b',
      'records/c',
      'records/d',
    ])
    expect(await askOne(broker, 'records/a')).toMatchObject({ error: 'invalid_target' })
  })

  it('takes one audience twice, under two ids', async () => {
    const { broker, cards } = createVaults()
    const { tokens } = await ask(broker, 'cards', { audience: 'cards', ttl: 60 }, 'cards')
    expect(tokens.map(({ id, expires_in }) => [id, expires_in])).toEqual([
      ['1', 300],
      ['2', 60],
      ['3', 300],
    ])
    expect(cards.requests).toHaveLength(2)
  })

  it(`takes ${MAX_ITEMS} items, members of groups not counted`, async () => {
    const { broker } = createVaults()
    const items = (count: number) => Array.from({ length: count }, () => 'records')
    const full = await ask(broker, ...items(MAX_ITEMS))
    expect(full.tokens).toHaveLength(MAX_ITEMS * 3)
    expect((await ask(broker, ...items(MAX_ITEMS + 1))).status).toBe(400)
  })
})

describe('whose token it is', () => {
  it('mints for each user, and shares only what the minter calls shareable', async () => {
    let subject = 'ada'
    const { broker, cards, shared } = createVaults({
      principal: () => ({ subject, login: subject, context: { of: subject } }),
    })
    await ask(broker, 'cards', 'shared')
    subject = 'bob'
    await ask(broker, 'cards', 'shared')

    expect(cards.requests).toMatchObject([
      { subject: 'ada', context: { of: 'ada' } },
      { subject: 'bob', context: { of: 'bob' } },
    ])
    expect(shared.requests).toHaveLength(1)
    expect(shared.requests[0]).not.toHaveProperty('subject')
    expect(shared.requests[0]).not.toHaveProperty('context')
  })

  it('mints anew when the facts about the user change', async () => {
    let context: unknown = { role: 'nurse' }
    const { broker, cards } = createVaults({ principal: () => ({ ...ADA, context }) })
    await askOne(broker, 'cards')
    context = { role: 'doctor' }
    await askOne(broker, 'cards')
    expect(cards.requests.map((request) => request.context)).toEqual([
      { role: 'nurse' },
      { role: 'doctor' },
    ])
  })

  it('cannot be confused by names with separators in them', async () => {
    let subject = ''
    const { broker, cards } = createVaults({ principal: () => ({ subject, login: 'l' }) })
    for (subject of ['a', 'a|cards', 'a:cards', 'a\u0000cards', 'a","cards', '["a"'])
      await askOne(broker, 'cards')
    expect(cards.requests).toHaveLength(6)
  })
})

describe('how long it lives', () => {
  it('is shortened by ttl and by the grant, never lengthened', async () => {
    const { broker } = createVaults({
      authorize: ({ subject }) => (subject === 'ada' ? { maxLifetimeMs: 120_000 } : false),
    })
    expect(await askOne(broker, 'cards')).toMatchObject({ expires_in: 120 })
    expect(await askOne(broker, { audience: 'cards', ttl: 30 })).toMatchObject({ expires_in: 30 })
    expect(await askOne(broker, { audience: 'cards', ttl: 3600 })).toMatchObject({
      expires_in: 120,
    })
  })

  it('is an hour at most unless configured', async () => {
    const clock = createManualClock()
    const limits = { defaultLifetimeMs: 86_400_000, maxLifetimeMs: 86_400_000 }
    const minter = createTestMinter({ clock, limits })
    const day = { minter, maxLifetimeMs: 86_400_000 }
    const { broker } = createApp({ clock, audiences: { capped: minter, day } })
    expect(await askOne(broker, 'capped')).toMatchObject({ expires_in: 3_600 })
    expect(await askOne(broker, 'day')).toMatchObject({ expires_in: 86_400 })
  })

  it('does not reach beyond the login of this caller, though another got a longer one', async () => {
    let expiresAt: number | undefined
    const { broker, clock, shared } = createVaults({ principal: () => ({ ...ADA, expiresAt }) })
    const long = await askOne(broker, 'shared')
    expiresAt = clock.now() + 20_000
    const short = await askOne(broker, 'shared')
    expect(short).toMatchObject({ expires_in: 20 })
    expect(short.access_token).not.toBe(long.access_token)

    clock.advance(5_000)
    expect(await askOne(broker, 'shared')).toMatchObject({
      access_token: short.access_token,
      expires_in: 15,
    })
    expiresAt = undefined
    expect(await askOne(broker, 'shared')).toMatchObject({ access_token: long.access_token })
    expect(shared.requests).toHaveLength(2)
  })

  it('is never stated as more than was asked for, although a second was rounded up', async () => {
    const { broker, cards } = createVaults()
    cards.alter((token) => ({ ...token, expiresAt: token.expiresAt + 999 }))
    expect(await askOne(broker, { audience: 'cards', ttl: 10 })).toMatchObject({ expires_in: 10 })
  })

  it('refuses a minter that gives more than it was asked for', async () => {
    const { broker, cards } = createVaults()
    cards.alter((token) => ({ ...token, expiresAt: token.expiresAt + 3_600_000 }))
    expect(await askOne(broker, { audience: 'cards', ttl: 10 })).toMatchObject({
      error: 'upstream_invalid',
    })
  })
})

describe('rejected', () => {
  it('brings another token if the broker still holds that one, and the current one if not', async () => {
    const { broker, cards } = createVaults()
    const first = await askOne(broker, 'cards')
    const report = { audience: 'cards', rejected: first.token_id! }
    const second = await askOne(broker, report)
    expect(second.access_token).not.toBe(first.access_token)
    expect(await askOne(broker, report)).toMatchObject({ access_token: second.access_token })
    expect(cards.requests).toHaveLength(2)
  })

  it('works for a member and leaves its sisters alone', async () => {
    const { broker, records } = createVaults()
    const { tokens } = await ask(broker, 'records')
    await askOne(broker, { audience: 'records/b', rejected: tokens[1]!.token_id! })
    expect(records.requests.map(({ member }) => member)).toEqual(['a', 'b', 'c', 'b'])
  })

  it('is not for groups', async () => {
    const { broker } = createVaults()
    const { status, body } = await ask(broker, { audience: 'records', rejected: 'x' })
    expect(status).toBe(400)
    expect(body.tokens).toMatchObject([{ audience: 'records', error: 'invalid_request' }])
  })

  it('does not come before the policy', async () => {
    let isGranted = true
    const { broker, cards } = createVaults({ authorize: () => isGranted })
    const { token_id } = await askOne(broker, 'cards')
    isGranted = false
    expect((await ask(broker, { audience: 'cards', rejected: token_id })).status).toBe(403)
    expect(cards.requests).toHaveLength(1)
  })
})

describe('context from a browser', () => {
  it.each([{ user: 'root' }, null, 'root', []])('is refused: %j', async (context) => {
    const { broker, cards } = createVaults()
    const { status, tokens } = await ask(broker, { audience: 'cards', context })
    expect(status).toBe(400)
    expect(tokens).toMatchObject([{ error: 'invalid_request' }])
    expect(cards.requests).toHaveLength(0)
  })

  it('says nothing about an audience that is not granted', async () => {
    const { broker } = createVaults({ authorize: () => false })
    const { tokens } = await ask(broker, { audience: 'cards', context: 1 })
    expect(tokens).toMatchObject([{ error: 'invalid_target' }])
  })
})
