import { describe, expect, it } from 'vitest'
import { typedForSeed, typedForToday } from '../src/filter-types.ts'
import type { Filter } from '../src/types.ts'

const A = '33333333-3333-4333-8333-333333333333'
const AT = '2026-01-01T00:00:00.000Z'

describe('typedForToday', () => {
  it.each<[string, Filter, Filter]>([
    ['nothing of other fields', { n: { $in: ['x'] } }, { n: { $in: ['x'] } }],
    ['nothing of an id that stands alone', { _id: A }, { _id: A }],
    ['nothing of a list without any', { _id: { $in: [] } }, { _id: { $in: [] } }],
    [
      'ids that are compared',
      { _id: { $ne: A, $in: [A, A], $exists: true } },
      {
        _id: { $ne: A, $in: [A, A], $exists: true },
        $coerce: { '_id.$ne': 'uuid', '_id.$in': 'uuid' },
      },
    ],
    [
      'ids in a part of the filter',
      { $or: [{ _id: A }, { $and: [{ _id: { $in: [A] } }] }] },
      {
        $or: [{ _id: A }, { $and: [{ _id: { $in: [A] } }] }],
        $coerce: { '$or[0]._id': 'uuid', '$or[1].$and[0]._id.$in': 'uuid' },
      },
    ],
    [
      'times, which are compared in a part of their own',
      { n: 1, $and: [{ n: 2 }], _created: { $gte: AT, $lt: new Date(AT) } },
      {
        n: 1,
        $and: [{ n: 2 }, { _created: { $gte: AT, $lt: new Date(AT) } }],
        $coerce: { '$and[1]._created.$gte': 'date', '$and[1]._created.$lt': 'date' },
      },
    ],
    [
      'no less than was declared already',
      { _id: { $in: [A] }, at: AT, $coerce: { at: 'date' } },
      { _id: { $in: [A] }, at: AT, $coerce: { '_id.$in': 'uuid', at: 'date' } },
    ],
  ])('declares %s', (_, filter, expected) => {
    expect(typedForToday(filter)).toEqual(expected)
  })
})

describe.each([
  ['typedForToday', typedForToday],
  ['typedForSeed', typedForSeed],
])('%s', (_, typed) => {
  it.each<[Filter, string]>([
    [{ _id: 'mail' }, '_id'],
    [{ _id: { $in: [A, 'mail'] } }, '_id.$in.1'],
    [{ $or: [{ n: 1 }, { _id: { $ne: '' } }] }, '$or[1]._id.$ne'],
  ])('refuses %j, in which an id is none', (filter, path) => {
    expect(() => typed(filter)).toThrow(`${path} must be a UUID`)
  })

  it('takes an id without its dashes', () => {
    const _id = A.replaceAll('-', '').toUpperCase()
    expect(typed({ _id })).toEqual({ _id })
  })
})

describe('typedForSeed', () => {
  it.each<[Filter, Filter]>([
    [
      { _id: A, n: 1 },
      { _id: A, n: 1 },
    ],
    [{ _id: { $in: [A] } }, { _id: { $in: [A] } }],
    [{ _id: { $eq: A } }, { _id: { $in: [A] } }],
    [{ _id: { $ne: A } }, { _id: { $nin: [A] } }],
    [{ _created: { $exists: true } }, { _created: { $exists: true } }],
    [{ $or: [{ n: 1 }, { 'sub._id': A }] }, { $or: [{ n: 1 }, { 'sub._id': A }] }],
  ])('takes %j', (filter, expected) => {
    expect(typedForSeed(filter)).toEqual(expected)
  })

  it.each<[Filter, string]>([
    [{ $or: [{ _id: A }] }, '$or[0]._id'],
    [{ _id: { $not: { $in: [A] } } }, '_id.$not.$in'],
    [{ _id: { $ne: A, $nin: [A] } }, '_id.$ne'],
    [{ _created: { $gt: AT } }, '_created.$gt'],
  ])('refuses %j, which would fit the wrong records in silence', (filter, path) => {
    expect(() => typedForSeed(filter)).toThrow(`cannot compare ${path}:`)
  })
})
