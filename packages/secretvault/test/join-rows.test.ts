import { describe, expect, it } from 'vitest'
import { joinRows } from '../src/join-rows.ts'
import { createSharing } from '../src/sharing.ts'

const context = { sharing: createSharing(), silent: false, sums: [] }

describe('joinRows', () => {
  it('puts rows with ids of their own in the order of the first node', async () => {
    const one = [
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ]
    const { rows } = await joinRows([one, one.toReversed(), one], context)
    expect(rows).toEqual(one)
  })

  it('names the field that nodes differ in by its path', async () => {
    const { rows, differing } = await joinRows([[{ n: { m: 1 } }], [{ n: { m: 2 } }]], context)
    expect({ rows, differing }).toEqual({ rows: undefined, differing: ['rows[0].n.m'] })
  })

  it.each([
    ['more rows on one node', [[{ n: 1 }], [{ n: 1 }, { n: 2 }]]],
    ['rows of other ids', [[{ _id: 'a' }], [{ _id: 'b' }]]],
  ])('gives no rows where there are %s', async (_, lists) => {
    const joined = await joinRows(lists, context)
    expect(joined).toEqual({ rows: undefined, differing: ['rows'] })
  })

  it('takes the times of the first node, since they differ by moments', async () => {
    const { rows } = await joinRows([[{ n: 1, _created: 'x' }], [{ n: 1, _created: 'y' }]], context)
    expect(rows).toEqual([{ n: 1, _created: 'x' }])
  })

  it('adds up what is named a sum of shares, beyond the modulus too', async () => {
    const modulus = 2 ** 32 + 15
    const lists = [[{ total: modulus * 3 - 10 }], [{ total: 4 }], [{ total: 1 }]]
    const { rows } = await joinRows(lists, { ...context, sums: ['total'] })
    expect(rows).toEqual([{ total: -5 }])
  })
})
