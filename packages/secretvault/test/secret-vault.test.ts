import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createSecretVault, isVaultError, type Secret, type Stored } from '../src/index.ts'
import { createLogins, createWorld, type Login, rejectionOf, type TestBroker } from './setup.ts'

describe('createSecretVault', () => {
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'refuses a deadline of %d ms',
    async (deadlineMs) => {
      const { client } = await createWorld()
      const create = () => createSecretVault({ client, audience: 'records', deadlineMs })
      expect(create).toThrow(/deadlineMs must be a positive number/)
    },
  )

  it('works over listed audiences as over a group', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    const audience = world.audiences as `records/${string}`[]
    const vault = createSecretVault({ client: world.client, audience })
    await vault.create<Login>(schema, [{ service: 'mail', password: { '%allot': 'x' } }])
    world.sandbox.nodes[2]?.fault({ down: true })
    const { missing, incomplete } = await vault.find<Login>(schema)
    expect(missing).toMatchObject([{ audience: audience[2] }])
    expect(incomplete).toHaveLength(1)
  })

  it.each([1, 2, 5])('works over %i nodes', async (nodes) => {
    const world = await createWorld({ sandbox: { nodes } })
    const schema = await createLogins(world)
    const secret: Login = { service: 'mail', password: { '%allot': 'x' } }
    await world.vault.create<Login>(schema, [nodes > 1 ? secret : { service: 'mail' }])
    const { records } = await world.vault.find<Login>(schema)
    expect(records).toMatchObject([nodes > 1 ? { password: 'x' } : { service: 'mail' }])
  })

  it('sends nodes no header beyond those that their CORS admits', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    const seen: string[] = []
    const vault = createSecretVault<TestBroker>({
      client: {
        ...world.client,
        fetchFor: (audience) => (input, init) => {
          seen.push(...new Headers(init?.headers).keys())
          return world.client.fetchFor(audience)(input, init)
        },
      },
      audience: 'records',
    })
    await vault.create<Login>(schema, [{ service: 'mail' }])
    await vault.find(schema)
    await vault.listSchemas()
    expect(new Set(seen)).toEqual(new Set(['content-type']))
  })

  it('renews the token of the one node that refuses it, and repeats that call alone', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    await world.vault.create<Login>(schema, [{ service: 'mail', password: { '%allot': 'x' } }])
    const tokens = await world.client.getTokens('records')
    const { value } = await world.client.getToken(world.audiences[1] as `records/${string}`)
    world.sandbox.nodes[1]?.fault({ revoke: value })
    for (const node of world.sandbox.nodes) node.clearRequests()
    const before = world.brokerRequests()

    expect((await world.vault.find(schema)).records).toHaveLength(1)
    const statuses = world.sandbox.nodes.map((node) =>
      node.requests().requests.map(({ status, count }) => `${status} ×${count}`),
    )
    expect(statuses).toEqual([['200 ×1'], ['401 ×1', '200 ×1'], ['200 ×1']])
    expect(world.brokerRequests() - before).toBe(1)
    const renewed = await world.client.getTokens('records')
    const changed = world.audiences.filter(
      (audience) => tokens.get(audience)?.value !== renewed.get(audience)?.value,
    )
    expect(changed).toEqual([world.audiences[1]])
  })

  it('replays a body of any size after a 401', async () => {
    const world = await createWorld()
    const schema = await createLogins(world)
    const { value } = await world.client.getToken(world.audiences[0] as `records/${string}`)
    world.sandbox.nodes[0]?.fault({ revoke: value })
    const service = 'x'.repeat(1_500_000)
    await world.vault.create<Login>(schema, [{ service }])
    expect((await world.vault.find(schema)).records).toHaveLength(1)
  })
})

describe('collection', () => {
  it('binds the operations to one schema and its type', async () => {
    const world = await createWorld()
    const logins = world.vault.collection<Login>(await createLogins(world))
    const { ids } = await logins.create([{ service: 'mail', pin: { '%allot': 1 } }])
    await logins.update({ filter: { _id: ids[0] }, update: { $set: { visits: 1 } } })
    const [record] = (await logins.find({ service: 'mail' })).records
    const pin: number | undefined = record?.pin
    expect(pin).toBe(1)
    expect((await logins.tail()).records).toEqual([record])
    await logins.delete({ _id: ids[0] })
    expect(await logins.flush()).toMatchObject({ deleted: 0 })
  })
})

describe('VaultError', () => {
  it('shows neither token nor secret nor record, whatever is printed of it', async () => {
    const world = await createWorld({ vault: { writeDeadlineMs: 1_000 } })
    const schema = await createLogins(world)
    const _id = '33333333-3333-4333-8333-333333333333'
    const record: Login = { _id, service: 'canary-field', password: { '%allot': 'canary-secret' } }
    await world.vault.create(schema, [record])
    const failures = [
      world.vault.create(schema, [record]),
      world.vault.create(schema, [{ service: 'canary-field', odd: 'canary-odd' }]),
      world.vault.create(schema, [{ pin: { '%allot': 'canary-secret'.repeat(500) } }]),
      world.vault.update(schema, {
        filter: { service: 'canary-field' },
        update: { $set: { _id: 1 } },
      }),
    ]
    const errors = await Promise.all(failures.map(rejectionOf))
    const tokens = await world.client.getTokens('records')
    for (const error of errors) {
      expect(isVaultError(error)).toBe(true)
      const shown = `${inspect(error, { depth: 12, showHidden: true })}${JSON.stringify(error)}`
      expect(shown).not.toContain('canary')
      for (const { value } of tokens.values()) expect(shown).not.toContain(value)
    }
  })

  it('is recognized by brand, and by nothing less', () => {
    expect(isVaultError(new Error('x'))).toBe(false)
    expect(isVaultError({ name: 'VaultError' })).toBe(false)
    expect(isVaultError(null)).toBe(false)
  })
})

/** Types: secrets in, plaintext out. */
type Typed = { pin: Secret<number>; list: { word: Secret<string> }[]; plain: Date }
const typed: Stored<Typed> = { _id: '', pin: 1, list: [{ word: 'a' }], plain: '1970-01-01' }
// @ts-expect-error a secret is read as what it holds, not as its mark
typed.pin = { '%allot': 1 }
