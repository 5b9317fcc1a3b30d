/** Whatever is written comes back equal, whatever is summed up is the sum. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BATCH, PROPERTY_TIMEOUT_MS, tryBatches } from './property.ts'
import { createWorld } from './setup.ts'

const SCHEMA = {
  type: 'array',
  items: {
    type: 'object',
    properties: { _id: { type: 'string', format: 'uuid', coerce: true } },
    required: ['_id'],
  },
}

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 }

/** Not the databases' own words, nor the marks of secrets. */
const key = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((name) => !/^[$_%\d]|[.\0]/.test(name))
const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null))
const secret = fc.oneof(text, fc.integer(INT32)).map((value) => ({ '%allot': value }))

const { content } = fc.letrec<{ content: unknown }>((tie) => ({
  content: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    secret,
    fc.array(tie('content'), { maxLength: 4 }),
    fc.dictionary(key, tie('content'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

const document = fc
  .dictionary(key, content, { maxKeys: 6, noNullPrototype: true })
  .map((fields) => ({ ...fields, tag: { '%allot': 'always one' } }))
const batch = fc.array(document, { minLength: BATCH, maxLength: BATCH })

/** A document as it is read. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if ('%allot' in value) return value['%allot']
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
}

const SIZES = [
  { nodes: 3, era: 'today' },
  { nodes: 5, era: 'seed' },
] as const

describe.each(SIZES)('over $nodes nodes of era $era', ({ nodes, era }) => {
  it(
    'random documents that are written, read and joined come back equal',
    async (context) => {
      const { vault } = await createWorld({ era, sandbox: { nodes } })
      const { id } = await vault.createSchema({ name: 'random', schema: SCHEMA })
      const property = fc.asyncProperty(batch, async (documents) => {
        const { ids } = await vault.create(id, documents)
        const { records, incomplete } = await vault.find(id)
        expect(incomplete).toEqual([])
        const byId = new Map(records.map(({ _id, _created, _updated, ...rest }) => [_id, rest]))
        expect(ids.map((name) => byId.get(name))).toStrictEqual(documents.map(plain))
        await vault.flush(id)
      })
      await tryBatches(context, property)
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'sums of shares equal the sums of what they hide',
    async (context) => {
      const { vault } = await createWorld({ era, sandbox: { nodes } })
      const { id } = await vault.createSchema({ name: 'random', schema: SCHEMA })
      const amounts = vault.collection<{ group: string; amount: number }>(id, {
        secrets: { amount: 'sum' },
      })
      const total = { $sum: '$amount.%share' }
      const pipeline = [{ $group: { _id: '$group', total } }]
      const query = await vault.createQuery({ name: 'totals', schema: id, pipeline })
      const bound = Math.floor(INT32.max / BATCH)
      const row = fc.record({
        group: fc.constantFrom('a', 'b', 'c'),
        amount: fc.integer({ min: -bound, max: bound }),
      })
      const rows = fc.array(row, { minLength: BATCH, maxLength: BATCH })
      const property = fc.asyncProperty(rows, async (given) => {
        await amounts.create(given)
        const run = await vault.runQuery<{ _id: string; total: number }>(
          query.id,
          {},
          { sums: ['total'] },
        )
        const sums = new Map(run.rows?.map(({ _id, total: sum }) => [_id, sum]))
        const expected = new Map<string, number>()
        for (const { group, amount } of given)
          expected.set(group, (expected.get(group) ?? 0) + amount)
        expect(sums).toEqual(expected)
        await amounts.flush()
      })
      await tryBatches(context, property)
    },
    PROPERTY_TIMEOUT_MS,
  )
})
