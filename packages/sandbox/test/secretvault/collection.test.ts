import { describe, expect, it } from 'vitest'
import { createCollection } from '../../src/secretvault/collection.ts'
import { createUuid } from '../../src/secretvault/uuid.ts'

describe('a collection', () => {
  it('finds thousands of ids by their index, and asks the rest of the filter of those alone', () => {
    const collection = createCollection('c', { records: new Map(), indexes: [] })
    const records = Array.from({ length: 10_000 }, (_, n) => ({ _id: createUuid(), n }))
    collection.insert(records, new Date())
    const ids = records.map(({ _id }) => _id)
    const began = performance.now()
    expect(collection.find({ _id: { $in: ids } })).toHaveLength(10_000)
    // One by one it takes half a minute.
    expect(performance.now() - began).toBeLessThan(3_000)
    const found = collection.find({ _id: { $in: ids.slice(0, 10) }, n: { $gte: 5 } })
    expect(found.map(({ n }) => n)).toEqual([5, 6, 7, 8, 9])
    expect(collection.find({ _id: { $in: ids.slice(0, 2), $ne: ids[0] } })).toMatchObject([
      { n: 1 },
    ])
  })
})
