import { describe, expect, it } from 'vitest'
import { createSecretVault, type VaultError } from '../../src/index.ts'
import { createLogins, createWorld, type Login, rejectionOf } from '../setup.ts'

const CREATE = '/api/v1/data/create'
const DELETE = '/api/v1/data/delete'
const logins: Login[] = [{ service: 'mail', password: { '%allot': 'hunter2' } }]

describe('create, of secrets that take long to share', () => {
  const schema = '33333333-3333-4333-8333-333333333333'
  const secrets = { service: 'match' } as const

  it('stops when the caller gives up meanwhile, and nothing was sent', async () => {
    const world = await createWorld({ vault: { matchSeed: () => new Promise(() => {}) } })
    const { signal, abort } = abortable()
    const creating = rejectionOf(
      world.vault.collection<Login>(schema, { secrets }).create(logins, { signal }),
    )
    await world.client.getTokens('records')
    abort()
    expect(await creating).toMatchObject({ name: 'AbortError' })
    expect(world.sandbox.nodes.map((node) => node.requests().total)).toEqual([0, 0, 0])
  })

  it('begins with tokens that live for the write, not with those of before', async () => {
    const world = await createWorld()
    const id = await createLogins(world)
    const steps: string[] = []
    const client: typeof world.client = {
      ...world.client,
      prepare(target: never, options: { minRemaining?: number }) {
        steps.push(`tokens for ${options.minRemaining} ms`)
        return world.client.prepare(target, options)
      },
    }
    const matchSeed = () => {
      steps.push('sharing')
      return 'seed'
    }
    const vault = createSecretVault({ client, audience: 'records', matchSeed })
    const logins = vault.collection<Login>(id, { secrets: { password: 'match' } })
    await logins.create([{ service: 'mail', password: { '%allot': 'x' } }])
    expect(steps).toEqual(['tokens for 5000 ms', 'sharing', 'tokens for 5000 ms'])
  })
})

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

describe('create, of what is no record', () => {
  const circle: Record<string, unknown> = { name: 'canary' }
  circle.self = circle

  it.each([
    ['undefined', undefined, 'records[0] is no object'],
    ['a text', 'canary', 'records[0] is no object'],
    ['a list', [], 'records[0] is no object'],
    ['an object within itself', circle, 'self.self.self … goes deeper than 100 levels'],
  ])('says so of %s, and sends nothing', async (_, record, words) => {
    const { vault, sandbox } = await createWorld()
    const creating = vault.create('33333333-3333-4333-8333-333333333333', [record as object])
    const error = await rejectionOf(creating)
    expect(error).toMatchObject({ code: 'invalid_argument' })
    expect(String(error)).toContain(words)
    expect(String(error)).not.toContain('canary')
    expect(sandbox.nodes.map((node) => node.requests().total)).toEqual([0, 0, 0])
  })
})

describe('create, left undone', () => {
  it('is finished once by any number of repair()s, together or after one another', async () => {
    const world = await createWorld({ vault: { writeDeadlineMs: 1_000 } })
    const schema = await createLogins(world)
    // It stores, and cannot be asked what it holds.
    world.sandbox.nodes[1]?.fault({ drop: true, when: 'after', path: CREATE })
    world.sandbox.nodes[1]?.fault({ drop: true, path: DELETE })
    const error = await rejectionOf(world.vault.create(schema, logins))
    expect(error).toMatchObject({ code: 'write_incomplete', uncertain: [{}] })
    for (const node of world.sandbox.nodes) node.clearFaults()
    const repair = () => (error as VaultError).repair?.()
    const left = rejectionOf(
      (error as VaultError).repair?.({ signal: AbortSignal.abort() }) ?? Promise.resolve(),
    )
    await Promise.all([repair(), repair()])
    await repair()
    expect(await left).toMatchObject({ name: 'AbortError' })
    expect(await world.stored(schema)).toEqual([[], [], []])
  })
})
