import { describe, expect, it } from 'vitest'
import type { QueryProgress } from '../../src/index.ts'
import { createLogins, createWorld, type Login, rejectionOf, type World } from '../setup.ts'

const RUN = '/v1/queries/run/*'

async function createQueried(): Promise<{ world: World; id: string; schema: string }> {
  const world = await createWorld({ era: 'today', vault: { deadlineMs: 3_000 } })
  const schema = await createLogins(world)
  await world.vault.create<Login>(schema, [
    { service: 'mail', visits: 2, password: { '%allot': 'a' } },
    { service: 'mail', visits: 3, password: { '%allot': 'b' } },
  ])
  const { id } = await world.vault.createQuery({
    name: 'rows',
    schema,
    variables: { service: { type: 'string' } },
    pipeline: [{ $match: { service: '##service' } }, { $sort: { visits: 1 } }],
  })
  return { world, id, schema }
}

const expected = [
  { visits: 2, password: 'a' },
  { visits: 3, password: 'b' },
]

describe('a run in the background', () => {
  it('is waited for, with each node’s progress told', async () => {
    const { world, id } = await createQueried()
    world.sandbox.nodes[1]?.fault({ queryRunMs: 400 })
    const told: QueryProgress[] = []
    const onProgress = (progress: QueryProgress) => told.push(progress)
    const { rows } = await world.vault.runQuery(id, { service: 'mail' }, { onProgress })
    expect(rows).toMatchObject(expected)
    expect(told[0]?.nodes.map(({ status }) => status)).toEqual(['pending', 'pending', 'pending'])
    expect(told.at(-1)).toMatchObject({ done: 3 })
    expect(told.some(({ nodes }) => nodes[1]?.status === 'running')).toBe(true)
    const counts = told.map(({ done }) => done)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  })

  it('is given up at its own time limit, while rows that need no share of that node are had', async () => {
    const { world, schema } = await createQueried()
    const { id } = await world.vault.createQuery({
      name: 'count',
      schema,
      pipeline: [{ $count: 'total' }],
    })
    world.sandbox.nodes[2]?.fault({ queryRunMs: 60_000 })
    const run = await world.vault.runQuery(id, {}, { timeoutMs: 800 })
    expect(run.rows).toEqual([{ total: 2 }])
    expect(run.missing).toMatchObject([
      { audience: world.audiences[2], error: { code: 'query_timeout', retryable: true } },
    ])
  })

  it('waits for no look longer than the run may take', async () => {
    const { world, id } = await createQueried()
    world.sandbox.nodes[2]?.fault({ delayMs: 60_000, path: RUN })
    const began = performance.now()
    const run = await world.vault.runQuery(id, { service: 'mail' }, { timeoutMs: 500 })
    expect(run.missing).toMatchObject([{ audience: world.audiences[2] }])
    expect(performance.now() - began).toBeLessThan(2_500)
  })

  it('survives a node that is gone for a look, and gives up one that is gone for good', async () => {
    const { world, id } = await createQueried()
    world.sandbox.nodes[0]?.fault({ drop: true, path: RUN, times: 2 })
    expect((await world.vault.runQuery(id, { service: 'mail' })).rows).toMatchObject(expected)
    world.sandbox.nodes[0]?.fault({ drop: true, path: RUN })
    const run = await world.vault.runQuery(id, { service: 'mail' })
    expect(run.rows).toBeUndefined()
    expect(run.missing).toMatchObject([{ error: { code: 'node_unreachable' } }])
  })

  it('counts only looks in a row against a node', async () => {
    const { world, id } = await createQueried()
    const [first] = world.sandbox.nodes
    first?.fault({ queryRunMs: 1_200 })
    first?.fault({ drop: true, path: RUN, times: 2 })
    let isGoneAgain = false
    const run = await world.vault.runQuery(
      id,
      { service: 'mail' },
      {
        onProgress({ nodes }) {
          if (nodes[0]?.status !== 'running' || isGoneAgain) return
          isGoneAgain = true
          first?.fault({ drop: true, path: RUN, times: 2 })
        },
      },
    )
    expect(isGoneAgain).toBe(true)
    expect(run.rows).toMatchObject(expected)
  })

  it('that no node can do fails in the words of the nodes', async () => {
    const { world, id } = await createQueried()
    const error = await rejectionOf(world.vault.runQuery(id, { other: 'mail' }))
    expect(error).toMatchObject({
      code: 'query_failed',
      reasons: expect.arrayContaining(['missing=service', 'unexpected=other']),
    })
  })

  it('ends when the caller gives up', async () => {
    const { world, id } = await createQueried()
    for (const node of world.sandbox.nodes) node.fault({ queryRunMs: 60_000 })
    const options = { signal: AbortSignal.timeout(500) }
    const error = await rejectionOf(world.vault.runQuery(id, { service: 'mail' }, options))
    expect(error).toMatchObject({ name: 'TimeoutError' })
  })

  it('can be watched step by step, the last with the result', async () => {
    const { world, id } = await createQueried()
    world.sandbox.nodes[1]?.fault({ queryRunMs: 300 })
    const steps = []
    for await (const step of world.vault.watchQuery(id, { service: 'mail' })) steps.push(step)
    expect(steps.at(-1)?.result?.rows).toMatchObject(expected)
    expect(steps.length).toBeGreaterThan(2)
    expect(steps.slice(0, -1).every(({ result }) => result === undefined)).toBe(true)
  })

  it('asks no node any more once the loop is left', async () => {
    const { world, id } = await createQueried()
    for (const node of world.sandbox.nodes) node.fault({ queryRunMs: 60_000 })
    for await (const _ of world.vault.watchQuery(id, { service: 'mail' })) break
    const looks = () =>
      world.sandbox.nodes.flatMap((node) =>
        node.requests().requests.filter(({ path }) => path.startsWith(RUN.slice(0, -1))),
      )
    const left = looks()
    // Another run takes its time, in which the one that was left would have been looked at again.
    for (const node of world.sandbox.nodes) node.fault({ queryRunMs: 900 })
    await world.vault.runQuery(id, { service: 'mail' })
    const again = left.filter(({ path, count }) =>
      looks().some((look) => look.path === path && look.count > count + 1),
    )
    expect(again).toEqual([])
  })
})
