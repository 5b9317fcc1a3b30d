import { describe, expect, it } from 'vitest'
import {
  type Broker,
  memoryCache,
  type MintedToken,
  MintError,
  type Minter,
} from '@valetkey/broker'
import { createTestMinter, type TestMinter } from '@valetkey/broker/testing'
import {
  ADA,
  askOne,
  BASE,
  BROWSER_HEADERS,
  createApp,
  createManualClock,
  problemOf,
  until,
} from './harness.ts'

interface Revocable {
  minter: TestMinter
  revoked: string[]
  /** The upstream refuses to take tokens back. */
  refuse(error: unknown): void
}

function createRevocable(options: Parameters<typeof createTestMinter>[0] = {}): Revocable {
  const revoked: string[] = []
  let refusal: unknown
  const minter = createTestMinter(options)
  const revoke: Minter['revoke'] = async ({ value }: MintedToken) => {
    if (refusal) throw refusal
    revoked.push(value)
  }
  return {
    minter: Object.assign(minter, { revoke }),
    revoked,
    refuse(error) {
      refusal = error
    },
  }
}

function revokeRequest(
  headers: Readonly<Record<string, string | undefined>> = {},
  body = '{}',
): Request {
  const all = Object.entries({ ...BROWSER_HEADERS, ...headers })
  return new Request(`${BASE}/revoke`, {
    method: 'POST',
    headers: all.filter((entry): entry is [string, string] => entry[1] !== undefined),
    body,
  })
}

/** Two processes of one broker, and a user who may switch logins. */
function setup() {
  const clock = createManualClock()
  const cards = createRevocable({ clock })
  const shared = createRevocable({ clock, shareable: true })
  let principal = ADA
  const cache = memoryCache()
  const start = () =>
    createApp({
      clock,
      cache,
      principal: () => principal,
      audiences: { cards: cards.minter, shared: shared.minter },
    })
  return {
    clock,
    cards,
    shared,
    apps: [start(), start()] as const,
    signInAs: (login: string, subject = 'ada'): void => {
      principal = { subject, login }
    },
  }
}

const tokenOf = async (broker: Broker, audience = 'cards'): Promise<string | undefined> =>
  (await askOne(broker, audience)).access_token

describe('POST revoke', () => {
  it('takes back at the upstream what the login was given, and mints anew for the next', async () => {
    const { cards, apps, signInAs } = setup()
    const [{ broker, events }] = apps
    const token = await tokenOf(broker)
    const response = await broker.fetch(revokeRequest())
    expect(response.status).toBe(204)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(cards.revoked).toEqual([token])
    expect(events.filter(({ event }) => event === 'revocation')).toMatchObject([
      { revoked: 1, failed: 0 },
    ])
    signInAs('login-2')
    expect(await tokenOf(broker)).toBe('test.cards.2')
  })

  it('takes back tokens of before, too, while they live', async () => {
    const { clock, cards, apps } = setup()
    const [{ broker }] = apps
    await tokenOf(broker)
    clock.advance(200_000)
    await tokenOf(broker)
    clock.advance(99_999)
    await broker.fetch(revokeRequest())
    expect(cards.revoked.toSorted()).toEqual(['test.cards.1', 'test.cards.2'])
  })

  it('does not bother the upstream with tokens that have ended', async () => {
    const { clock, cards, apps } = setup()
    const [{ broker }] = apps
    await tokenOf(broker)
    clock.advance(300_000)
    await broker.fetch(revokeRequest())
    expect(cards.revoked).toEqual([])
  })

  it('only forgets what another login of the user has as well, in another process too', async () => {
    const { cards, apps, signInAs } = setup()
    const [one, other] = apps
    const token = await tokenOf(one.broker)
    signInAs('login-2')
    expect(await tokenOf(other.broker)).toBe(token)
    await until(() => true)
    signInAs('login-1')
    await one.broker.fetch(revokeRequest())
    expect(cards.revoked).toEqual([])
    expect(await tokenOf(one.broker)).toBe('test.cards.2')
  })

  it('leaves alone what all users share', async () => {
    const { shared, apps, signInAs } = setup()
    const [{ broker }] = apps
    const token = await tokenOf(broker, 'shared')
    await broker.fetch(revokeRequest())
    expect(shared.revoked).toEqual([])
    signInAs('login-9', 'eve')
    expect(await tokenOf(broker, 'shared')).toBe(token)
  })

  it('leaves alone what is of other users', async () => {
    const { cards, apps, signInAs } = setup()
    const [{ broker }] = apps
    signInAs('login-9', 'eve')
    const token = await tokenOf(broker)
    signInAs('login-1')
    await broker.fetch(revokeRequest())
    expect(cards.revoked).toEqual([])
    signInAs('login-9', 'eve')
    expect(await tokenOf(broker)).toBe(token)
  })

  it('is known to other processes within a second, and reaches tokens that they gave', async () => {
    const { clock, cards, apps } = setup()
    const [one, other] = apps
    const token = await tokenOf(one.broker)
    await tokenOf(other.broker)
    await other.broker.fetch(revokeRequest())
    expect(cards.revoked).toEqual([token])
    clock.advance(1_000)
    expect(await tokenOf(one.broker)).toBe('test.cards.2')
  })

  it('says so where the upstream does not take a token back, and does the rest when asked again', async () => {
    const { cards, apps } = setup()
    const [{ broker, events }] = apps
    await tokenOf(broker)
    cards.refuse(new MintError('upstream_timeout', 'slow'))
    expect(await problemOf(await broker.fetch(revokeRequest()))).toEqual([
      504,
      'upstream_timeout',
      '1',
    ])
    expect(events.filter(({ event }) => event === 'revocation')).toMatchObject([
      { revoked: 0, failed: 1, detail: 'MintError: slow' },
    ])
    cards.refuse(undefined)
    expect((await broker.fetch(revokeRequest())).status).toBe(204)
    expect((await broker.fetch(revokeRequest())).status).toBe(204)
    expect(cards.revoked).toEqual(['test.cards.1'])
  })

  it('gives back what is minted while it works, and hands it to nobody', async () => {
    const { cards, apps } = setup()
    const [{ broker }] = apps
    const release = cards.minter.hold()
    const late = askOne(broker, 'cards')
    await until(() => cards.minter.requests.length === 1)
    await broker.fetch(revokeRequest())
    release()
    expect(await late).toMatchObject({ error: 'temporarily_unavailable', retryable: true })
    await until(() => cards.revoked.length === 1)
    expect(cards.revoked).toEqual(['test.cards.1'])
  })

  it.each<[string, number, Parameters<typeof revokeRequest>]>([
    ['no login', 401, [{ Cookie: undefined }, '{}']],
    ['no X-Valet-Key', 403, [{ 'X-Valet-Key': undefined }, '{}']],
    [
      'a foreign origin',
      403,
      [{ Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' }, '{}'],
    ],
    ['a form', 415, [{ 'Content-Type': 'application/x-www-form-urlencoded' }, '{}']],
    ['a body that names somebody', 400, [{}, '{"subject":"eve"}']],
    ['a body that is a list', 400, [{}, '[]']],
    ['no body', 400, [{}, '']],
  ])('refuses %s', async (_, status, request) => {
    const { cards, apps } = setup()
    const [{ broker }] = apps
    const token = await tokenOf(broker)
    const response = await broker.fetch(revokeRequest(...request))
    expect(response.status).toBe(status)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(cards.revoked).toEqual([])
    expect(await tokenOf(broker)).toBe(token)
  })
})

describe('broker.revoke', () => {
  it('takes back what all logins of a subject have, or what is for one audience', async () => {
    const { cards, apps, signInAs } = setup()
    const [{ broker }] = apps
    await tokenOf(broker)
    signInAs('login-2')
    await tokenOf(broker)
    await broker.revoke({ subject: 'ada', audience: 'shared' })
    expect(cards.revoked).toEqual([])
    await broker.revoke({ subject: 'ada' })
    expect(cards.revoked).toEqual(['test.cards.1'])
  })

  it('forgets the tokens of an audience, for all users and in all processes', async () => {
    const { clock, shared, apps } = setup()
    const [one, other] = apps
    await tokenOf(one.broker, 'shared')
    await tokenOf(one.broker)
    await other.broker.revoke({ audience: 'shared' })
    clock.advance(1_000)
    expect(await tokenOf(one.broker, 'shared')).toBe('test.shared.2')
    expect(await tokenOf(one.broker)).toBe('test.cards.1')
    expect(shared.revoked).toEqual([])
  })

  it('rejects where other processes could not be told; they are, before this one asks them for anything', async () => {
    const clock = createManualClock()
    const inner = memoryCache()
    const cards = createRevocable({ clock })
    let isAway = false
    const start = () =>
      createApp({
        clock,
        audiences: { cards: cards.minter },
        cache: (parts) => {
          const shared = inner(parts)
          const revoke: typeof shared.revoke = async (marks) => {
            if (isAway) throw new Error('Redis is away')
            await shared.revoke(marks)
          }
          return { ...shared, revoke }
        },
      })
    const [one, other] = [start(), start()]
    const token = await tokenOf(one.broker)
    expect(await tokenOf(other.broker)).toBe(token)
    isAway = true
    await expect(one.broker.revoke({ subject: 'ada' })).rejects.toMatchObject({ status: 503 })
    expect(cards.revoked).toEqual([token])
    expect(await tokenOf(one.broker)).toBe('test.cards.2')

    isAway = false
    clock.advance(100_000)
    expect(await tokenOf(one.broker)).toBe('test.cards.3')
    clock.advance(1_000)
    expect(await tokenOf(other.broker)).toBe('test.cards.3')
  })
})
