import { describe, expect, it } from 'vitest'
import { mintNuc } from '../../nuc-tokens.ts'
import {
  COLLECTION_ID,
  create,
  id,
  type OpenToday,
  openToday,
  openWithCollection,
} from '../../open-today.ts'
import type { CreditStatus } from '../../../src/index.ts'

const PATH = 'GET /v1/collections'

async function answerOf(response: Response): Promise<unknown[]> {
  const { status, headers } = response
  const isJson = headers.get('content-type') === 'application/json'
  return [status, isJson ? (await response.json()).errors : await response.text()]
}

describe('a builder whose credits are', () => {
  const statuses = async (node: OpenToday) => [
    (await node.ask('POST /v1/data/find', { collection: COLLECTION_ID, filter: {} })).status,
    (await create(node, { _id: id(1), service: 'a' })).status,
    (await node.ask('GET /v1/builders/me')).status,
  ]

  it.each<[CreditStatus, number[]]>([
    ['free_tier', [200, 201, 200]],
    ['warning', [200, 201, 200]],
    ['read_only', [200, 402, 200]],
    ['suspended', [402, 402, 200]],
    ['pending_purge', [402, 402, 200]],
  ])('%s', async (credits, expected) => {
    const node = await openWithCollection()
    node.control.fault({ credits })
    expect(await statuses(node)).toEqual(expected)
    const balance = await (await node.ask('GET /v1/credits')).json()
    expect(balance.data).toMatchObject({ creditsUsd: 0, status: credits })
  })

  it('low is warned, in a header; one whose credits are gone is told so', async () => {
    const node = await openToday()
    node.control.fault({ credits: 'warning' })
    expect((await node.ask(PATH)).headers.get('x-credits-warning')).toContain('low')
    node.control.fault({ credits: 'suspended' })
    expect(await answerOf(await node.ask(PATH))).toEqual([
      402,
      ['Account suspended due to insufficient credits'],
    ])
  })
})

describe('a node in maintenance', () => {
  it('answers 503 to both eras, yet tells what it is', async () => {
    const node = await openToday()
    node.control.fault({ maintenance: true })
    const refused = [503, ['Node is in maintenance']]
    expect(await answerOf(await node.ask(PATH))).toEqual(refused)
    expect(await answerOf(await node.call('GET /api/v1/schemas'))).toEqual(refused)
    const about = await (await fetch(`${node.url}/about`)).json()
    expect(about.maintenance).toEqual({ active: true, started_at: expect.any(String) })
    node.control.fault({ maintenance: false })
    expect((await node.ask(PATH)).status).toBe(200)
  })

  it('that updates its database is only just alive', async () => {
    const node = await openToday()
    node.control.fault({ migrating: true })
    const about = await fetch(`${node.url}/about`)
    expect([about.status, await about.json()]).toEqual([
      503,
      { error: 'Service not ready, migrations in progress' },
    ])
    expect((await fetch(`${node.url}/health`)).status).toBe(200)
  })
})

describe('a rate limit', () => {
  it('answers 429 beyond it, until the minute is over', async () => {
    const node = await openToday()
    node.control.fault({ rateLimit: 2 })
    expect((await node.ask(PATH)).headers.get('ratelimit-remaining')).toBe('1')
    await node.ask(PATH)
    const refused = await node.ask(PATH)
    expect(refused.headers.get('ratelimit-policy')).toBe('2;w=60')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await answerOf(refused)).toEqual([429, 'Too Many Requests'])
    node.control.fault({ clockOffsetMs: 61_000 })
    expect((await node.ask(PATH, undefined, await mintNuc({ expiresInMs: 120_000 }))).status).toBe(
      200,
    )
  })
})

describe('a node with another key', () => {
  it('says so, and takes no token that is meant for the old one', async () => {
    const node = await openToday()
    const about = async () => (await (await fetch(`${node.url}/about`)).json()).public_key
    const before = await about()
    node.control.fault({ rotatedKey: true })
    expect(await about()).not.toBe(before)
    expect((await node.ask(PATH)).status).toBe(401)
    expect((await node.call('GET /api/v1/schemas')).status).toBe(401)
  })
})

describe('a status asked for', () => {
  it.each([
    [401, 'Unauthorized'],
    [402, 'Payment Required'],
    [403, 'Forbidden'],
    [404, 'Not Found'],
    [429, 'Too Many Requests'],
    [500, 'Internal Server Error'],
    [503, ['Node is in maintenance']],
  ])('%i comes in the words of today', async (status, words) => {
    const node = await openToday()
    node.control.fault({ status })
    expect(await answerOf(await node.ask(PATH))).toEqual([status, words])
  })
})

describe('a path nobody knows', () => {
  it('is 404 without a token', async () => {
    const node = await openToday()
    expect(await answerOf(await fetch(`${node.url}/v1/nope`))).toEqual([404, '404 Not Found'])
  })

  it('that is the node’s own is 401 for everybody', async () => {
    const node = await openToday()
    const answer = await node.ask('POST /v1/system/maintenance/start')
    expect(await answerOf(answer)).toEqual([401, 'Unauthorized'])
  })
})

describe('credits', () => {
  it('cost what everybody may ask, and cannot be bought here', async () => {
    const node = await openToday()
    const pricing = await (await fetch(`${node.url}/v1/credits/pricing`)).json()
    expect(pricing.data).toMatchObject({ freeTierBytes: 104_857_600, chains: [] })
    const payload = {
      nodePublicKey: 'x',
      payerDid: 'did:key:z',
      amountUnils: '1',
      nonce: 'x',
      timestamp: 1,
      chainId: 1,
    }
    const body = { txHash: `0x${'0'.repeat(64)}`, chainId: 1, payload }
    const [status, errors] = await answerOf(await node.ask('POST /v1/credits/register', body))
    expect([status, errors]).toEqual([400, ['PaymentValidationError', expect.any(String)]])
    expect((await node.ask('GET /v1/credits/payments')).status).toBe(200)
  })
})
