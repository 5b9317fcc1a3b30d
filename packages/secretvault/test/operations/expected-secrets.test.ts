import { describe, expect, it } from 'vitest'
import { createEraFinder } from '../../src/era.ts'
import { findRecords, tailRecords } from '../../src/operations/record-reading.ts'
import { createSharing } from '../../src/sharing.ts'
import type { SecretModes } from '../../src/types.ts'
import type { VaultContext } from '../../src/vault-context.ts'

const schema = '33333333-3333-4333-8333-333333333333'

/** A vault of one empty node; notes what happens in which order. */
function vaultOf(secrets: SecretModes): { context: VaultContext; steps: string[] } {
  const steps: string[] = []
  const node = {
    audience: 'records/a',
    resource: 'https://a.example/',
    async fetch() {
      steps.push('asks the node')
      return Response.json({ data: [] })
    },
  }
  const context: VaultContext = {
    source: {
      forReading: async () => ({ nodes: [node], absent: [], size: 1 }),
      forWriting: async () => [node],
    },
    era: createEraFinder('seed'),
    sharing: { ...createSharing(), load: () => void steps.push('loads') },
    secrets,
    deadlineMs: 1_000,
    writeDeadlineMs: 1_000,
    settleMs: 1_000,
  }
  return { context, steps }
}

describe('what opens secrets', () => {
  it.each([
    ['read', (c: VaultContext) => findRecords(c, { schema, filter: {} })],
    ['a page', (c: VaultContext) => findRecords(c, { schema, filter: {} }, { limit: 5 })],
    ['the newest', (c: VaultContext) => tailRecords(c, schema)],
  ])('is loaded while the nodes are asked for %s, where secrets are declared', async (_, read) => {
    const { context, steps } = vaultOf({ 'account.pin': 'store', email: 'match' })
    await read(context)
    expect(steps).toEqual(['loads', 'asks the node'])
  })

  it.each([
    ['none are declared', {}],
    ['they are only searched for', { email: 'match' }],
  ] as const)('is not loaded where %s', async (_, secrets) => {
    const { context, steps } = vaultOf(secrets)
    await findRecords(context, { schema, filter: {} })
    expect(steps).toEqual(['asks the node'])
  })
})
