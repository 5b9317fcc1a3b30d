import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Grant, GrantRequest } from '../src/index.ts'
import { createTestGroup, createTestMinter } from '../src/testing/index.ts'
import { type AppOptions, ask, askOne, createApp, createManualClock, until } from './harness.ts'

function setup(options: AppOptions = {}) {
  const clock = createManualClock()
  const group = createTestGroup(['a', 'b'], { clock })
  const cards = createTestMinter({ clock })
  const app = createApp({ clock, audiences: { cards, records: group }, ...options })
  return { ...app, mints: () => group.requests.length + cards.requests.length }
}

describe('authorize', () => {
  it('is asked for each audience, with the scope and the ttl, and again on a hit', async () => {
    const asked: GrantRequest[] = []
    const { broker } = setup({
      authorize: (_, request) => asked.push(request) > 0,
    })
    await ask(broker, 'cards', { audience: 'cards', ttl: 60 })
    await ask(broker, 'cards')
    expect(asked).toEqual([
      { audience: 'cards' },
      { audience: 'cards', ttl: 60 },
      { audience: 'cards' },
    ])
  })

  it('takes a grant back at once, although the token is in the cache', async () => {
    let isGranted = true
    const { broker, mints } = setup({ authorize: () => isGranted })
    expect(await askOne(broker, 'cards')).toHaveProperty('access_token')
    isGranted = false
    expect(await askOne(broker, 'cards')).toMatchObject({ error: 'invalid_target' })
    expect(mints()).toBe(1)
  })

  it('answers an unknown audience and a forbidden one alike, asking the policy in both cases', async () => {
    const asked: string[] = []
    const { broker, mints } = setup({
      authorize: (_, { audience }) => {
        asked.push(audience)
        return audience === 'unknown'
      },
    })
    const answers = await Promise.all(
      ['cards', 'unknown', 'records', 'records/a', 'records/zz', 'unknown/a'].map((name) =>
        ask(broker, name),
      ),
    )
    for (const { status, body } of answers) {
      const { request_id: _, tokens, ...rest } = body
      expect(status).toBe(403)
      expect(rest).toEqual({
        status: 403,
        error: 'invalid_target',
        error_description: answers[0]?.body.error_description,
        retryable: false,
      })
      expect(tokens).toHaveLength(1)
    }
    const headersOf = (response: Response) =>
      [...response.headers].filter(([name]) => name !== 'x-request-id')
    for (const { response } of answers)
      expect(headersOf(response)).toEqual(headersOf(answers[0]!.response))
    expect(asked).toEqual(expect.arrayContaining(['cards', 'unknown', 'records', 'records/zz']))
    expect(mints()).toBe(0)
  })

  it.each([
    ['__proto__', 400],
    ['constructor', 403],
    ['toString', 403],
    ['hasOwnProperty', 403],
    ['CARDS', 403],
    ['cards/', 400],
    ['cards/a', 403],
    ['cards ', 400],
    ['ｃards', 400],
    ['', 400],
  ])('does not find %j among its audiences', async (audience, status) => {
    const { broker, mints } = setup()
    expect((await ask(broker, audience)).status).toBe(status)
    expect(mints()).toBe(0)
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a word', 'yes'],
    ['a number', 1],
    ['a list', ['cards']],
    ['an object that means something else', { id: 7, name: 'cards' }],
    ['a scope that is a list', { scope: ['read'] }],
    ['a lifetime that is no number', { maxLifetimeMs: 'long' }],
    ['a lifetime that is NaN', { maxLifetimeMs: Number.NaN }],
    ['a lifetime of nothing', { maxLifetimeMs: 0 }],
  ])('grants nothing by %s, and says so to the operator', async (_, answer) => {
    const { broker, faults, mints } = setup({
      authorize: () => answer as Grant,
    })
    expect((await ask(broker, 'cards')).status).toBe(403)
    expect(faults()).toMatchObject([{ where: 'authorize' }])
    expect(mints()).toBe(0)
  })

  it('is out of order when it throws or does not answer: 503, and no token', async () => {
    const throwing = setup({
      authorize: () => {
        throw new Error('database down')
      },
    })
    const { status, body } = await ask(throwing.broker, 'cards')
    expect(status).toBe(503)
    expect(JSON.stringify(body)).not.toContain('database')
    expect(throwing.faults()).toMatchObject([
      { where: 'authorize', detail: 'Error: database down' },
    ])

    let isAsked = false
    const hanging = setup({
      authorize: () => {
        isAsked = true
        return new Promise<never>(() => {})
      },
    })
    const answer = ask(hanging.broker, 'cards')
    await until(() => isAsked)
    hanging.clock.advance(8_000)
    expect((await answer).status).toBe(503)
    expect(hanging.mints()).toBe(0)
  })
})

describe('a grant on a group', () => {
  it('covers its members', async () => {
    const { broker } = setup({ authorize: (_, { audience }) => audience === 'records' })
    const { body, tokens } = await ask(broker, 'records')
    expect(body.groups).toEqual({ records: ['records/a', 'records/b'] })
    expect(tokens.map(({ audience }) => audience)).toEqual(['records/a', 'records/b'])
    expect(await askOne(broker, 'records/b')).toMatchObject({
      audience: 'records/b',
      resource: 'https://b.test/',
      access_token: expect.any(String),
    })
  })

  it('is not made of grants on all its members', async () => {
    const { broker, mints } = setup({ authorize: (_, { audience }) => audience.includes('/') })
    expect((await ask(broker, 'records')).status).toBe(403)
    expect(mints()).toBe(0)
    expect(await askOne(broker, 'records/a')).toHaveProperty('access_token')
  })

  it('a grant on one member is a grant on that one alone', async () => {
    const { broker } = setup({ authorize: (_, { audience }) => audience === 'records/a' })
    const { status, tokens } = await ask(broker, 'records/a', 'records/b')
    expect(status).toBe(200)
    expect(tokens[0]).toHaveProperty('access_token')
    expect(tokens[1]).toMatchObject({ audience: 'records/b', error: 'invalid_target' })
  })
})

describe('scope', () => {
  const scoped = (options: AppOptions = {}) => {
    const clock = createManualClock()
    const minter = createTestMinter({ clock })
    const audiences = { cards: { minter, scopes: ['read', 'write'] } }
    return { broker: createApp({ clock, audiences, ...options }).broker, minter }
  }

  it('may only narrow what the configuration names', async () => {
    const { broker, minter } = scoped()
    expect(await askOne(broker, 'cards')).toMatchObject({ scope: 'read write' })
    expect(await askOne(broker, { audience: 'cards', scope: 'read' })).toMatchObject({
      scope: 'read',
    })
    expect(await askOne(broker, { audience: 'cards', scope: 'read admin' })).toMatchObject({
      scope: 'read',
    })
    expect(await askOne(broker, { audience: 'cards', scope: 'admin' })).toMatchObject({
      error: 'invalid_target',
    })
    expect(minter.requests.map(({ scope }) => scope)).toEqual(['read write', 'read'])
  })

  it('may be narrowed by the grant', async () => {
    const { broker } = scoped({ authorize: () => ({ scope: 'read' }) })
    expect(await askOne(broker, 'cards')).toMatchObject({ scope: 'read' })
    expect(await askOne(broker, { audience: 'cards', scope: 'write' })).toHaveProperty('error')
  })

  it('is refused where nobody has said which there are', async () => {
    const { broker, mints } = setup()
    expect((await ask(broker, { audience: 'cards', scope: 'admin' })).status).toBe(403)
    expect(mints()).toBe(0)
  })

  it('never brings a cached token with more than was asked for', async () => {
    const { broker } = scoped()
    const whole = await askOne(broker, 'cards')
    const part = await askOne(broker, { audience: 'cards', scope: 'read' })
    const reordered = await askOne(broker, { audience: 'cards', scope: 'write  read' })
    expect(part.access_token).not.toBe(whole.access_token)
    expect(reordered.access_token).toBe(whole.access_token)
  })
})

it('grants exactly what the policy grants, whoever asks for whatever', async () => {
  const names = ['cards', 'records', 'records/a', 'records/b', 'records/c', 'nothing', 'cards/a']
  const policies = fc.dictionary(
    fc.constantFrom('ada', 'bob'),
    fc.uniqueArray(fc.constantFrom(...names)),
  )
  const requests = fc.array(
    fc.record({
      user: fc.constantFrom('ada', 'bob'),
      names: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 4 },
  )

  function expected(grants: readonly string[], name: string): string[] {
    const known: Record<string, string[]> = {
      cards: ['cards'],
      records: ['records/a', 'records/b'],
      'records/a': ['records/a'],
      'records/b': ['records/b'],
    }
    const isGranted = grants.includes(name) || grants.includes(name.split('/')[0]!)
    return isGranted ? (known[name] ?? []) : []
  }

  await fc.assert(
    fc.asyncProperty(policies, requests, async (policy, asked) => {
      let user = ''
      const { broker } = setup({
        principal: () => ({ subject: user, login: user }),
        authorize: ({ subject }, { audience }) => (policy[subject] ?? []).includes(audience),
      })
      for (const request of asked) {
        user = request.user
        const { tokens } = await ask(broker, ...request.names)
        const given = tokens.filter((item) => item.access_token).map(({ audience }) => audience)
        const due = request.names.flatMap((name) => expected(policy[user] ?? [], name))
        expect(given).toEqual(due)
      }
    }),
    { numRuns: 150 },
  )
})
