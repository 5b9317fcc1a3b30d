import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as entry from '../src/index.ts'
import { MintError } from '../src/index.ts'
import {
  ask,
  askOne,
  COOKIE,
  createApp,
  createManualClock,
  createVaults,
  tokenRequest,
  until,
} from './harness.ts'

const tokens = [{ id: '1', audience: 'cards' }]

it('exports what it promises and nothing else', () => {
  expect(Object.keys(entry).toSorted()).toEqual([
    'BrokerConfigError',
    'MintError',
    'allow',
    'createBroker',
    'memoryCache',
  ])
})

it('refuses without a session, without X-Valet-Key and for a foreign audience, before any minter', async () => {
  const { broker, minter } = createApp({ authorize: (_, { audience }) => audience === 'mine' })
  const responses = await Promise.all([
    broker.fetch(tokenRequest({ tokens }, { Cookie: undefined })),
    broker.fetch(tokenRequest({ tokens }, { 'X-Valet-Key': undefined })),
    broker.fetch(tokenRequest({ tokens })),
  ])
  expect(responses.map(({ status }) => status)).toEqual([401, 403, 403])
  const caching = responses.map(({ headers }) => headers.get('Cache-Control'))
  expect(caching).toEqual(['no-store', 'no-store', 'no-store'])
  expect(minter.requests).toHaveLength(0)
})

it('mints once for 1,000 requests at once, and once per member of a group', async () => {
  const { broker, cards, records } = createVaults()
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () => ask(broker, 'cards', 'records')),
  )
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  const values = new Set(answers.flatMap((answer) => answer.tokens.map((t) => t.access_token)))
  expect(values.size).toBe(4)
  expect(cards.requests).toHaveLength(1)
  expect(records.requests).toHaveLength(3)
})

it('does not let one who gives up take the mint from the others', async () => {
  const { broker, minter } = createApp()
  const release = minter.hold()
  const controller = new AbortController()
  const request = tokenRequest({ tokens })
  const abandoned = broker.fetch(new Request(request, { signal: controller.signal }))
  await until(() => minter.requests.length === 1)
  const other = askOne(broker, 'cards')
  controller.abort()
  release()
  expect(await other).toHaveProperty('access_token')
  await abandoned
  expect(minter.requests).toHaveLength(1)
  expect(minter.requests[0]?.signal.aborted).toBe(false)
})

describe('close', () => {
  it('waits for what is under way, and takes nothing new meanwhile', async () => {
    const { broker, minter } = createApp()
    const release = minter.hold()
    const underWay = ask(broker, 'cards')
    await until(() => minter.requests.length === 1)

    const order: string[] = []
    const closed = broker.close().then(() => order.push('closed'))
    const late = await ask(broker, 'cards')
    expect(late.status).toBe(503)
    expect(late.body).toMatchObject({ error: 'temporarily_unavailable', retry_after: 1 })
    order.push('released')
    release()

    expect((await underWay).status).toBe(200)
    await closed
    expect(order).toEqual(['released', 'closed'])
  })

  it('is not held up beyond the deadline by a minter that hangs', async () => {
    const clock = createManualClock()
    const { broker, minter } = createApp({ clock })
    minter.hold()
    const underWay = ask(broker, 'cards')
    await until(() => minter.requests.length === 1)
    const closed = broker.close()
    clock.advance(8_000)
    await closed
    expect((await underWay).status).toBe(504)
    expect(clock.pending()).toBe(0)
  })
})

describe('a secret', () => {
  const KEY = 'a786abe58f933e190d01d05b467838abb1e391007a674d8a3aef106e15a0bf5a'
  const BEARER = 'canary-bearer-of-the-app'

  it('shows in no log, event, error or printed broker: tokens, cookies, headers, keys, bodies', async () => {
    const clock = createManualClock()
    const { broker, cards, records, logged, events } = createVaults({
      clock,
      authorize: (_, { audience }) => {
        if (audience === 'broken') throw new Error(`policy store refused secret=${KEY}`)
        return true
      },
    })
    cards.alter((token) => ({ ...token, value: 'canary-token-value' }))
    const headers = { Authorization: `Bearer ${BEARER}` }
    const said: string[] = []
    const say = async (request: Request) => said.push(await (await broker.fetch(request)).text())

    await broker.fetch(tokenRequest({ tokens }, headers))
    records.fail(new MintError('upstream_auth', `refused Authorization: Basic ${KEY}`), 3)
    await say(tokenRequest({ tokens: [{ id: '1', audience: 'records' }] }, headers))
    records.fail(new Error(`bad key ${KEY} in {"token":"canary-token-value"}`), 3)
    await say(tokenRequest({ tokens: [{ id: '1', audience: 'records' }] }, headers))
    await say(tokenRequest({ tokens: [{ id: '1', audience: 'broken' }] }, headers))
    await say(
      tokenRequest(
        { tokens: [{ id: '1', audience: 'canary-token-value' }] },
        { Cookie: undefined },
      ),
    )
    await broker.fetch(
      tokenRequest({ tokens: [{ id: '1', audience: 'cards/canary-token-value' }] }),
    )
    await say(tokenRequest({ tokens: [{ id: '1', audience: 'cards', rejected: 7 }] }, headers))
    await say(tokenRequest(`{"canary-token-value`, headers))
    await say(tokenRequest({ tokens }, { ...headers, 'X-Valet-Key': BEARER }))
    clock.advance(1)

    const printed = [
      ...said,
      JSON.stringify(logged),
      inspect(logged, { depth: 9 }),
      JSON.stringify(events),
      inspect(broker, { depth: 9, showHidden: true }),
      JSON.stringify(broker),
    ].join('\n')
    expect(events.length).toBeGreaterThan(12)
    for (const canary of ['canary-token-value', COOKIE, BEARER, KEY, KEY.slice(0, 16)])
      expect(printed).not.toContain(canary)
  })
})
