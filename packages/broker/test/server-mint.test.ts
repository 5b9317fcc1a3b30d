import { inspect } from 'node:util'
import { type Audiences, type Broker, createBroker, type Principal } from '@valetkey/broker'
import { createTestGroup, createTestMinter } from '@valetkey/broker/testing'
import { describe, expect, it } from 'vitest'
import {
  ADA,
  type App,
  type AppOptions,
  createApp,
  createManualClock,
  createVaults,
} from './harness.ts'

const MINUTE_MS = 60_000

/** An app whose policy grants nothing. */
const deaf = (options: AppOptions = {}): App => createApp({ authorize: () => false, ...options })

const refusalOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'a token',
    (error: unknown) => error,
  )

describe('broker.mint', () => {
  it('gives a token with its end, by the cache of browsers', async () => {
    const { broker, clock, minter } = createApp()
    const token = await broker.mint('cards', 'ada')
    expect(token).toMatchObject({ audience: 'cards', expiresAt: clock.now() + 5 * MINUTE_MS })
    expect(token.value).toBe(minter.minted[0]?.value)
    expect((await broker.mint('cards', 'ada')).value).toBe(token.value)
    expect(minter.requests).toMatchObject([{ audience: 'cards', subject: 'ada' }])
    await broker.mint('cards', 'bob')
    expect(minter.requests).toHaveLength(2)
  })

  it('shows no token when it is printed, logged or spread', async () => {
    const { broker, logged, events } = createApp()
    const token = await broker.mint('cards', 'ada')
    const shown = [inspect(token), JSON.stringify(token), inspect({ ...token }), inspect(logged)]
    for (const text of [...shown, JSON.stringify(events)]) expect(text).not.toContain(token.value)
  })

  it('asks no policy for a bare subject, and says so in an event', async () => {
    const { broker, events } = deaf()
    await broker.mint('cards', 'job')
    expect(events.filter(({ event }) => event === 'server-mint')).toEqual([
      { event: 'server-mint', audience: 'cards', isAuthorized: false, outcome: 'granted' },
    ])
  })

  it('asks the policy for a principal, with what is wanted', async () => {
    const asked: unknown[] = []
    const authorize = (principal: Principal, request: object): boolean => {
      asked.push([principal.subject, request])
      return true
    }
    const { broker } = createApp({ authorize })
    await broker.mint('cards', ADA, { lifetimeMs: 30_000 })
    expect(asked).toEqual([['ada', { audience: 'cards', ttl: 30 }]])
    const error = await refusalOf(deaf().broker.mint('cards', ADA))
    expect(error).toMatchObject({ code: 'invalid_target' })
  })

  it('lets no token outlive a principal’s login, nor what the policy or the caller allows', async () => {
    const clock = createManualClock()
    const { broker } = createApp({ clock, authorize: () => ({ maxLifetimeMs: 2 * MINUTE_MS }) })
    const lifeOf = async (principal: Principal, lifetimeMs?: number): Promise<number> => {
      const options = lifetimeMs === undefined ? {} : { lifetimeMs }
      return (await broker.mint('cards', principal, options)).expiresAt - clock.now()
    }
    expect(await lifeOf(ADA)).toBe(2 * MINUTE_MS)
    expect(await lifeOf({ ...ADA, expiresAt: clock.now() + MINUTE_MS })).toBe(MINUTE_MS)
    expect(await lifeOf(ADA, 10_000)).toBe(10_000)
    expect(await lifeOf(ADA, 60 * MINUTE_MS)).toBe(2 * MINUTE_MS)
  })

  it('keeps a bare subject within the scopes of the configuration', async () => {
    const clock = createManualClock()
    const cards = { minter: createTestMinter({ clock }), scopes: ['read', 'write'] }
    const { broker } = createApp({ clock, audiences: { cards } })
    expect((await broker.mint('cards', 'job')).scope).toBe('read write')
    expect((await broker.mint('cards', 'job', { scope: 'read' })).scope).toBe('read')
    const error = await refusalOf(broker.mint('cards', 'job', { scope: 'admin' }))
    expect(error).toMatchObject({ code: 'invalid_target' })
  })

  it('gives the app’s own server the token of a proxied audience', async () => {
    const clock = createManualClock()
    const minter = createTestMinter({
      clock,
      fullAuthority: 'everything',
      limits: { minLifetimeMs: 20 * MINUTE_MS },
    })
    const { allow } = await import('@valetkey/broker')
    const cards = { minter, allow: [allow('GET', '/x')], resource: 'https://vault.test/' }
    const { broker } = createApp({ clock, audiences: { cards } })
    const { expiresAt, resource } = await broker.mint('cards', 'job')
    expect([expiresAt - clock.now(), resource]).toEqual([20 * MINUTE_MS, 'https://vault.test/'])
    const error = await refusalOf(broker.mint('cards', 'job', { lifetimeMs: MINUTE_MS }))
    expect(error).toMatchObject({ code: 'invalid_target' })
  })

  it('passes facts of a bare subject on, and a principal’s own', async () => {
    const { broker, minter } = createApp()
    await broker.mint('cards', 'ada', { context: { ward: 3 } })
    await broker.mint('cards', { ...ADA, context: { ward: 4 } }, { context: { ward: 5 } })
    expect(minter.requests.map(({ context }) => context)).toEqual([{ ward: 3 }, { ward: 4 }])
  })

  it('gives a group member by member, all or none, and names them to who asks for one', async () => {
    const { broker, records } = createVaults()
    const tokens = await broker.mintAll('records', 'ada')
    expect(tokens.map(({ audience }) => audience)).toEqual(['records/a', 'records/b', 'records/c'])
    expect((await broker.mint('records/b', 'ada')).value).toBe(tokens[1]?.value)
    expect(await refusalOf(broker.mint('records', 'ada'))).toMatchObject({
      code: 'invalid_target',
      message: expect.stringContaining('records/a, records/b, records/c'),
    })
    records.fail(new Error('canary-of-the-minter'))
    const error = await refusalOf(broker.mintAll('records', 'bob'))
    expect(error).toMatchObject({ code: 'server_error', message: 'The broker has failed' })
    expect(await broker.mintAll('cards', 'ada')).toHaveLength(1)
  })

  it.each([
    ['card', 'did you mean cards?'],
    ['records/d', 'known are records/a, records/b, records/c'],
    ['__proto__', 'known are cards, records, shared'],
  ])('names what there is instead of %s', async (audience, words) => {
    const error = await refusalOf(createVaults().broker.mint(audience, 'ada'))
    expect(error).toMatchObject({ code: 'invalid_target', message: expect.stringContaining(words) })
  })

  it.each([
    ['', {}],
    ['ada', { lifetimeMs: 0 }],
    ['ada', { lifetimeMs: Number.NaN }],
    ['ada', { lifetimeMs: Number.POSITIVE_INFINITY }],
  ])('refuses %o with %o, which are slips', async (subject, options) => {
    const error = await refusalOf(createApp().broker.mint('cards', subject, options))
    expect(error).toMatchObject({ code: 'invalid_request' })
  })

  it('gives nothing once the broker closes', async () => {
    const { broker } = createApp()
    await broker.close()
    expect(await refusalOf(broker.mint('cards', 'ada'))).toMatchObject({
      code: 'temporarily_unavailable',
    })
  })

  it('is passed around by those who do not know the app’s principal', () => {
    const audiences: Audiences = { records: createTestGroup(['a']) }
    const authorize = ({ roles }: Principal & { roles: string[] }): boolean => roles.length > 0
    const broker: Broker = createBroker({ audiences, authenticate: () => null, authorize })
    expect(broker.basePath).toBe('/api/broker')
  })
})
