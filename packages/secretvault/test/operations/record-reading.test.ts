import { createTokenClient } from '@valetkey/client'
import { createSecretVault } from '@valetkey/secretvault'
import { describe, expect, it, vi } from 'vitest'
import { createLogins, createWorld, type Login, rejectionOf, type World } from '../setup.ts'

const READ = '/api/v1/data/read'
const mail: Login = { service: 'mail', visits: 1, password: { '%allot': 'hunter2' } }
const bank: Login = { service: 'bank', pin: { '%allot': 1234 } }
const plain: Login = { service: 'plain' }

async function createFilled(): Promise<{ world: World; schema: string; ids: string[] }> {
  const world = await createWorld({ vault: { deadlineMs: 1_000 } })
  const schema = await createLogins(world)
  const { ids } = await world.vault.create(schema, [mail, bank, plain])
  return { world, schema, ids }
}

describe('find', () => {
  it('gives back what was written, secrets joined, numbers as numbers', async () => {
    const { world, schema, ids } = await createFilled()
    const result = await world.vault.find<Login>(schema)
    expect(result).toMatchObject({ incomplete: [], missing: [] })
    const byId = Object.fromEntries(result.records.map((record) => [record._id, record]))
    expect(byId[ids[0]!]).toEqual({
      _id: ids[0],
      service: 'mail',
      visits: 1,
      password: 'hunter2',
      _created: expect.any(String),
      _updated: expect.any(String),
    })
    expect(byId[ids[1]!]?.pin).toBe(1234)
    expect(JSON.stringify(result.records)).toContain('1234')
  })

  it('asks for its tokens in the tick of the call, so that they travel with what else is asked for', async () => {
    const asked: string[][] = []
    const client = createTokenClient(async ({ tokens }) => {
      asked.push(tokens.map(({ audience }) => audience))
      return {}
    })
    const vault = createSecretVault({ client, audience: 'records' })
    const found = vault.find('notes', { service: 'mail' })
    const card = client.getToken('cards')
    await Promise.allSettled([found, card])
    expect(asked[0]).toEqual(['records', 'cards'])
    client.dispose()
  })

  it('finds what fits the filter', async () => {
    const { world, schema, ids } = await createFilled()
    const byField = await world.vault.find(schema, { service: 'bank' })
    expect(byField.records.map(({ _id }) => _id)).toEqual([ids[1]])
    const byId = await world.vault.find(schema, { _id: ids[2] })
    expect(byId.records).toMatchObject([{ service: 'plain' }])
    expect((await world.vault.find(schema, { service: 'none' })).records).toEqual([])
  })

  it('asks the broker once for all nodes, and each node once', async () => {
    const { world, schema } = await createFilled()
    const before = world.brokerRequests()
    for (const node of world.sandbox.nodes) node.clearRequests()
    await Promise.all([world.vault.find(schema), world.vault.find(schema)])
    expect(world.brokerRequests()).toBe(before)
    expect(world.sandbox.nodes.map((node) => node.requests().total)).toEqual([2, 2, 2])
    expect(before).toBe(1)
  })

  it.each([
    ['is dead', { down: true }, 'node_unreachable', undefined],
    ['is slow', { delayMs: 3_000 }, 'node_timeout', undefined],
    ['breaks', { status: 500 }, 'node_error', 500],
    ['answers nonsense', { status: 404 }, 'not_found', 404],
    ['does not accept the token', { status: 401 }, 'unauthorized', 401],
  ] as const)(
    'says which node is missing if one %s, and what cannot be joined',
    async (...[, fault, code, status]) => {
      const { world, schema, ids } = await createFilled()
      world.sandbox.nodes[1]?.fault(fault)

      const startedAt = performance.now()
      const result = await world.vault.find<Login>(schema)
      expect(performance.now() - startedAt).toBeLessThan(2_500)

      const node = { audience: world.audiences[1], did: world.sandbox.secretvault.nodes[1]?.did }
      expect(result.missing).toMatchObject([{ ...node, ok: false, error: { code, node } }])
      expect(result.missing[0]?.status).toBe(status)
      expect(result.nodes.map(({ ok }) => ok)).toEqual([true, false, true])
      expect(result.records).toMatchObject([{ _id: ids[2], service: 'plain' }])
      expect(result.incomplete).toHaveLength(2)
      const found = result.incomplete.find(({ _id }) => _id === ids[0])
      expect(found).toMatchObject({
        reason: 'unreachable',
        missingFrom: [node],
        plaintext: { service: 'mail', visits: 1 },
      })
      expect(found?.presentOn.map(({ audience }) => audience)).toEqual([
        world.audiences[0],
        world.audiences[2],
      ])
      expect(found?.plaintext).not.toHaveProperty('password')
    },
  )

  it('asks a node a second time whose connection broke once', async () => {
    const { world, schema } = await createFilled()
    world.sandbox.nodes[1]?.fault({ drop: true, path: READ, times: 1 })
    world.sandbox.nodes[2]?.fault({ status: 503, path: READ, times: 1 })
    const { records, missing } = await world.vault.find(schema)
    expect(records).toHaveLength(3)
    expect(missing).toEqual([])
  })

  it('rejects with the reason of a caller who gives up, whatever has come by then', async () => {
    const { world, schema } = await createFilled()
    const caller = new AbortController()
    const reason = new Error('enough')
    const [first, second] = world.sandbox.nodes
    second?.fault({ delayMs: 60_000, path: READ })
    const reading = rejectionOf(world.vault.find(schema, {}, { signal: caller.signal }))
    await vi.waitFor(() => {
      expect(first?.requests().requests).toContainEqual(expect.objectContaining({ path: READ }))
    })
    caller.abort(reason)
    expect(await reading).toBe(reason)
  })

  it('throws only when no node answers, with the reason they share', async () => {
    const { world, schema } = await createFilled()
    for (const node of world.sandbox.nodes) node.fault({ status: 429 })
    expect(await rejectionOf(world.vault.find(schema))).toMatchObject({
      code: 'rate_limited',
      status: 429,
      retryable: true,
      nodes: [{ ok: false }, { ok: false }, { ok: false }],
    })

    world.sandbox.nodes[0]?.fault({ down: true })
    expect(await rejectionOf(world.vault.find(schema))).toMatchObject({ code: 'nodes_failed' })
  })

  it('says in the words of the nodes what is wrong with a filter', async () => {
    const { world } = await createFilled()
    const error = await rejectionOf(world.vault.find('no-uuid'))
    expect(error).toMatchObject({ code: 'invalid_request', status: 400 })
    expect((error as { reasons: string[] }).reasons.join()).toMatch(/schema/)
  })

  it('refuses a filter on a secret, which would find nothing in silence', async () => {
    const { world, schema } = await createFilled()
    for (const filter of [{ pin: { '%allot': 1234 } }, { 'pin.%share': 'x' }])
      expect(await rejectionOf(world.vault.find(schema, filter))).toMatchObject({
        code: 'invalid_argument',
      })
  })

  it('stops when the caller gives up', async () => {
    const { world, schema } = await createFilled()
    for (const node of world.sandbox.nodes) node.fault({ delayMs: 900 })
    const controller = new AbortController()
    const finding = world.vault.find(schema, {}, { signal: controller.signal })
    controller.abort()
    expect(await rejectionOf(finding)).toMatchObject({ name: 'AbortError' })
  })

  it('renews the token of the one node that revoked it, and finds all', async () => {
    const { world, schema } = await createFilled()
    const { value } = await world.client.getToken(world.audiences[1] as `records/${string}`)
    world.sandbox.nodes[1]?.fault({ revoke: value })
    for (const node of world.sandbox.nodes) node.clearRequests()
    const before = world.brokerRequests()

    const { records, missing } = await world.vault.find(schema)
    expect(records).toHaveLength(3)
    expect(missing).toEqual([])
    expect(world.brokerRequests() - before).toBe(1)
    expect(world.sandbox.nodes.map((node) => node.requests().total)).toEqual([1, 2, 1])
  })
})

describe('find, after a write that another client left half done', () => {
  it('reports the half record and joins the others', async () => {
    const { world, schema, ids } = await createFilled()
    const { audiences, client, sandbox } = world
    const send = client.fetchFor(audiences[1] as `records/${string}`)
    await send(`${sandbox.secretvault.nodes[1]?.url}/api/v1/data/delete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema, filter: { _id: ids[0] } }),
    })

    const { records, incomplete } = await world.vault.find<Login>(schema)
    expect(records.map(({ service }) => service).toSorted()).toEqual(['bank', 'plain'])
    expect(incomplete).toMatchObject([
      {
        _id: ids[0],
        reason: 'absent',
        missingFrom: [{ audience: audiences[1] }],
        plaintext: { service: 'mail' },
      },
    ])
  })
})

describe('tail', () => {
  it('gives the newest 25, joined', async () => {
    const { world, schema } = await createFilled()
    const many = Array.from({ length: 30 }, (_, visits) => ({ ...mail, visits }))
    await world.vault.create(schema, many)
    const { records, incomplete } = await world.vault.tail<Login>(schema)
    expect(records).toHaveLength(25)
    expect(new Set(records.map(({ password }) => password))).toEqual(new Set(['hunter2']))
    expect(incomplete).toEqual([])
  })

  it('reports no half record where nodes cut their lists at different places', async () => {
    const { world, schema } = await createFilled()
    // 25 newer records on the first node alone push everything else out of its list.
    const send = world.client.fetchFor(world.audiences[0] as `records/${string}`)
    await send('api/v1/data/create', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        schema,
        data: Array.from({ length: 25 }, () => ({ _id: crypto.randomUUID(), service: 'half' })),
      }),
    })
    const { records, incomplete } = await world.vault.tail<Login>(schema)
    expect(records.map(({ service }) => service).toSorted()).toEqual(['bank', 'mail', 'plain'])
    expect(incomplete.map(({ plaintext }) => plaintext.service)).toEqual(
      Array.from({ length: 25 }, () => 'half'),
    )
  })
})
