import { describe, expect, it } from 'vitest'
import { createEraFinder } from '../../src/era.ts'
import { listDefinitions } from '../../src/operations/definitions.ts'
import { createSharing } from '../../src/sharing.ts'
import type { VaultNode } from '../../src/node-call.ts'

interface Schema {
  _id: string
  name: string
}

function listOf(...nodes: (readonly Schema[])[]) {
  const asked = nodes.map(
    (data, i): VaultNode => ({
      audience: `records/${i}`,
      resource: `https://${i}.example/`,
      fetch: async () => Response.json({ data }),
    }),
  )
  const context = {
    source: {
      forReading: async () => ({ nodes: asked, absent: [], size: asked.length }),
      forWriting: async () => asked,
    },
    era: createEraFinder('seed'),
    sharing: createSharing(),
    secrets: {},
    deadlineMs: 1_000,
    writeDeadlineMs: 1_000,
    settleMs: 1_000,
  }
  return listDefinitions(context, (api) => api.listSchemas())
}

describe('a list of what all nodes hold', () => {
  it('shows each as the first node has it, in its order', async () => {
    const [a, b] = [
      { _id: 'a', name: 'first' },
      { _id: 'b', name: 'second' },
    ]
    const other = { _id: 'a', name: 'elsewhere' }
    const { items, incomplete } = await listOf([b, a], [other, b])
    expect(items).toEqual([b, a])
    expect(incomplete).toEqual([])
  })

  it('names where each is missing that only some have', async () => {
    const { items, incomplete } = await listOf([], [{ _id: 'a', name: 'first' }])
    expect(items).toEqual([])
    expect(incomplete).toMatchObject([
      { item: { _id: 'a' }, missingFrom: [{ audience: 'records/0' }] },
    ])
  })
})
