import { describe, expect, it } from 'vitest'
import { VaultError } from '../../src/index.ts'
import { createLogins, createWorld, type Login, rejectionOf } from '../setup.ts'

const CREATE = '/api/v1/data/create'
const DELETE = '/api/v1/data/delete'
const logins: Login[] = [
  { service: 'mail', password: { '%allot': 'hunter2' }, pin: { '%allot': 1234 } },
  { service: 'bank', password: { '%allot': 'geheim' } },
]

describe('create', () => {
  it('stores another share on every node, the secret itself on none', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)

    const { ids, nodes } = await world.vault.create(schema, logins)
    expect(nodes).toEqual(
      world.sandbox.secretvault.nodes.map(({ did }) => ({
        audience: `records/${did}`,
        did,
        ok: true,
        status: 200,
      })),
    )

    const stored = await world.stored(schema)
    const mail = stored.map((documents) => documents.find(({ _id }) => _id === ids[0]))
    expect(mail.map((document) => document?.service)).toEqual(['mail', 'mail', 'mail'])
    expect(new Set(mail.map((document) => JSON.stringify(document?.password))).size).toBe(3)
    const text = JSON.stringify(stored)
    for (const secret of ['hunter2', 'geheim', '1234', btoa('hunter2'), '%allot'])
      expect(text).not.toContain(secret)
  })

  it('keeps ids it is given, in lower case as the nodes do, and makes up the others', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    const _id = 'AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA'
    const { ids } = await world.vault.create(schema, [{ _id, service: 'mail' }, { service: 'x' }])
    expect(ids).toEqual([_id.toLowerCase(), expect.stringMatching(/^[0-9a-f-]{36}$/)])
    const { records } = await world.vault.find(schema)
    expect(records.map((record) => record._id).toSorted()).toEqual(ids.toSorted())
  })

  it.each([
    ['no record', []],
    ['too many', Array.from({ length: 10_001 }, () => ({ service: 'x' }))],
    ['an id that is no UUID', [{ _id: '1', service: 'x' }]],
    ['a secret that cannot be shared', [{ service: 'x', pin: { '%allot': 0.5 } }]],
    [
      'an id twice',
      [1, 2].map(() => ({ _id: '33333333-3333-4333-8333-333333333333', service: 'x' })),
    ],
  ])('refuses %s before any node hears of it', async (_, records) => {
    const world = await createWorld()
    const schema = await createLogins(world)
    for (const node of world.sandbox.nodes) node.clearRequests()
    const error = await rejectionOf(world.vault.create(schema, records))
    expect(error).toMatchObject({ code: 'invalid_argument' })
    expect(world.sandbox.nodes.map((node) => node.requests().total)).toEqual([0, 0, 0])
  })

  it('says why, in the words of the nodes, where all refuse', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    const error = await rejectionOf(world.vault.create(schema, [{ unknown: 'field' }]))
    expect(error).toMatchObject({
      code: 'write_failed',
      status: 400,
      retryable: false,
      residue: [],
      uncertain: [],
      message: expect.stringMatching(/DataValidationError.*required property 'service'/),
      cause: { code: 'invalid_request' },
    })
    expect(world.sandbox.nodes[0]?.requests().requests.map(({ path }) => path)).not.toContain(
      DELETE,
    )
  })

  it('writes nothing where a node has no token that lives for the write', async () => {
    const world = await createWorld({
      minter: { lifetimeMs: 4_000 },
      vault: { writeDeadlineMs: 5_000 },
    })
    const schema = '33333333-3333-4333-8333-333333333333'
    const error = await rejectionOf(world.vault.create(schema, logins))
    expect(error).toMatchObject({ name: 'TokenError', code: 'min_remaining_unmet' })
    expect(world.sandbox.nodes.map((node) => node.requests().total)).toEqual([0, 0, 0])
  })
})

describe('create, with a node that fails', () => {
  it.each([
    ['refuses with 401', { status: 401 }, 'unauthorized'],
    ['refuses with 402', { subscription: 'inactive' }, 'payment_required'],
    ['refuses with 429', { status: 429 }, 'rate_limited'],
    ['breaks with 500 before it stores', { status: 500 }, 'node_error'],
    ['breaks with 500 after it has stored', { status: 500, when: 'after' }, 'node_error'],
    ['is under maintenance', { status: 503 }, 'node_unavailable'],
    ['answers 502 after it has stored', { status: 502, when: 'after' }, 'node_unavailable'],
    ['drops the connection after it has stored', { drop: true, when: 'after' }, 'node_unreachable'],
    ['answers too late, after it has stored', { delayMs: 3_500, when: 'after' }, 'node_timeout'],
    ['stores late, while it is being looked at', { delayMs: 2_500 }, 'node_timeout'],
  ] as const)('leaves nothing anywhere if it %s', async (_, fault, code) => {
    const world = await createWorld({ vault: { writeDeadlineMs: 2_000 } })
    const schema = await createLogins(world)
    const rule = 'subscription' in fault ? fault : { ...fault, path: CREATE }
    world.sandbox.nodes[1]?.fault(rule)

    const error = await rejectionOf(world.vault.create(schema, logins))
    expect(error).toBeInstanceOf(VaultError)
    expect(error).toMatchObject({
      code: 'write_failed',
      residue: [],
      uncertain: [],
      cause: { code },
    })
    expect(await world.stored(schema)).toEqual([[], [], []])
  })

  it.each([
    ['drops the connection before it stores', { drop: true, times: 1 }],
    ['stores so late that nobody looks any more', { delayMs: 4_000, times: 1 }],
  ] as const)('names the node as uncertain if it %s', async (_, fault) => {
    const world = await createWorld({ vault: { writeDeadlineMs: 2_000 } })
    const schema = await createLogins(world)
    world.sandbox.nodes[1]?.fault({ ...fault, path: CREATE })

    const error = await rejectionOf(world.vault.create(schema, logins))
    const [, second] = world.sandbox.secretvault.nodes
    expect(error).toMatchObject({
      code: 'write_incomplete',
      retryable: false,
      residue: [],
      uncertain: [{ audience: world.audiences[1], did: second?.did }],
    })
    const [first, , third] = await world.stored(schema)
    expect([first, third]).toEqual([[], []])
  })

  it('names a dead node as uncertain, and leaves nothing on the others', async () => {
    const world = await createWorld({ vault: { writeDeadlineMs: 2_000 } })
    const schema = await createLogins(world)
    world.sandbox.nodes[2]?.fault({ down: true })

    const error = await rejectionOf(world.vault.create(schema, logins))
    expect(error).toMatchObject({
      code: 'write_incomplete',
      residue: [],
      uncertain: [{ audience: world.audiences[2] }],
      nodes: [{ ok: true }, { ok: true }, { ok: false, error: { code: 'node_unreachable' } }],
    })
    expect(await world.stored(schema)).toEqual([[], [], []])
  })

  it('takes back what bears ids of the caller’s own from a node whose answer was lost', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    const _id = crypto.randomUUID()
    world.sandbox.nodes[1]?.fault({ drop: true, when: 'after', path: CREATE, times: 1 })
    const records = [{ ...logins[0]!, _id }]
    expect(await rejectionOf(world.vault.create(schema, records))).toMatchObject({
      code: 'write_failed',
    })
    expect(await world.stored(schema)).toEqual([[], [], []])
  })

  it('takes back what bears ids made up here without reading it, which a token may not', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    world.sandbox.nodes[1]?.fault({ drop: true, when: 'after', path: CREATE, times: 1 })
    await rejectionOf(world.vault.create(schema, logins))
    const paths = world.sandbox.nodes[1]?.requests().requests.map(({ path }) => path)
    expect(paths).toContain(DELETE)
    expect(paths).not.toContain('/api/v1/data/read')
  })

  it('takes no longer than its deadline, and once more to undo, with a node that hangs', async () => {
    const writeDeadlineMs = 2_000
    const world = await createWorld({ vault: { writeDeadlineMs } })
    const schema = await createLogins(world)
    world.sandbox.nodes[1]?.fault({ delayMs: 60_000, path: '/api/v1/data/*' })
    const began = performance.now()
    const error = await rejectionOf(world.vault.create(schema, logins))
    expect(error).toMatchObject({ code: 'write_incomplete', uncertain: [{}] })
    expect(performance.now() - began).toBeLessThan(2 * writeDeadlineMs + 1_500)
  })

  it('is finished by repair() once the node can be reached again, and not before', async () => {
    const world = await createWorld({ vault: { writeDeadlineMs: 2_000, settleMs: 1 } })
    const schema = await createLogins(world)
    world.sandbox.nodes[0]?.fault({ status: 500, path: DELETE })
    world.sandbox.nodes[1]?.fault({ status: 429, path: CREATE })
    const error = await rejectionOf(world.vault.create(schema, logins))
    const again = await rejectionOf((error as VaultError).repair?.() ?? Promise.resolve())
    expect(again).toMatchObject({ code: 'write_incomplete', residue: [{}] })
    expect(Object.keys(error as object)).not.toContain('repair')
    world.sandbox.nodes[0]?.clearFaults()
    await (again as VaultError).repair?.()
    expect(await world.stored(schema)).toEqual([[], [], []])
  })

  it('names the node that keeps its share because it cannot be made to delete it', async () => {
    const world = await createWorld({ vault: { writeDeadlineMs: 2_000 } })
    const schema = await createLogins(world)
    world.sandbox.nodes[0]?.fault({ status: 500, path: DELETE })
    world.sandbox.nodes[1]?.fault({ status: 429, path: CREATE })

    const error = await rejectionOf(world.vault.create(schema, logins))
    expect(error).toMatchObject({
      code: 'write_incomplete',
      residue: [{ audience: world.audiences[0] }],
      uncertain: [],
    })
    const counts = (await world.stored(schema)).map((documents) => documents.length)
    expect(counts).toEqual([2, 0, 0])
  })

  it('tries again to delete where the node fails once at that, too', async () => {
    const world = await createWorld({ vault: { writeDeadlineMs: 2_000 } })
    const schema = await createLogins(world)
    world.sandbox.nodes[0]?.fault({ drop: true, path: DELETE, times: 2 })
    world.sandbox.nodes[1]?.fault({ status: 429, path: CREATE })

    expect(await rejectionOf(world.vault.create(schema, logins))).toMatchObject({
      code: 'write_failed',
      retryable: true,
    })
    expect(await world.stored(schema)).toEqual([[], [], []])
  })

  it('leaves nothing behind when the caller gives up, and says so in the words of the platform', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    world.sandbox.nodes[1]?.fault({ delayMs: 500, when: 'after', path: CREATE })
    const { signal } = { signal: AbortSignal.timeout(200) }

    const error = await rejectionOf(world.vault.create(schema, logins, { signal }))
    expect(error).toMatchObject({ name: 'TimeoutError' })
    expect(await world.stored(schema)).toEqual([[], [], []])
  })
})

describe('create, of an id that is taken', () => {
  const _id = '33333333-3333-4333-8333-333333333333'

  it('fails as a whole and leaves the earlier record alone', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    await world.vault.create(schema, [{ _id, service: 'old', password: { '%allot': 'kept' } }])

    const error = await rejectionOf(
      world.vault.create(schema, [{ _id, service: 'new' }, ...logins]),
    )
    expect(error).toMatchObject({ code: 'write_failed', cause: { code: 'duplicate' } })
    expect((error as Error).message).toContain(_id)
    const { records, incomplete } = await world.vault.find<Login>(schema)
    expect(records).toMatchObject([{ _id, service: 'old', password: 'kept' }])
    expect(incomplete).toEqual([])
  })

  it('leaves the earlier record alone on a node whose answer was lost', async () => {
    const world = await createWorld({ vault: { writeDeadlineMs: 2_000 } })
    const schema = await createLogins(world)
    await world.vault.create(schema, [{ _id, service: 'old', password: { '%allot': 'kept' } }])
    world.sandbox.nodes[1]?.fault({ drop: true, when: 'after', path: CREATE })

    const again = [{ _id, service: 'new', password: { '%allot': 'lost' } }]
    await rejectionOf(world.vault.create(schema, again))
    world.sandbox.nodes[1]?.clearFaults()
    const { records } = await world.vault.find<Login>(schema)
    expect(records).toMatchObject([{ service: 'old', password: 'kept' }])
  })

  it('takes what a browser sent twice for stored', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    // A 401 after the fact makes the token client send the same body once more.
    world.sandbox.nodes[1]?.fault({ status: 401, when: 'after', path: CREATE, times: 1 })
    await world.vault.create(schema, logins)
    const { records } = await world.vault.find<Login>(schema)
    expect(records).toHaveLength(2)
  })
})
