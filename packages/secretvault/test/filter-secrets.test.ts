import { describe, expect, it } from 'vitest'
import { filterFor } from '../src/filter-secrets.ts'
import { createSharing } from '../src/sharing.ts'
import type { Filter, SecretModes } from '../src/types.ts'
import { rejectionOf } from './setup.ts'

const circle: Record<string, unknown> = {}
circle.self = circle

const modes: SecretModes = { pin: 'store', email: 'match', 'cards.number': 'store' }
const context = { sharing: createSharing('seed'), modes: { ...modes, 'cards.holder': 'match' } }
const hash = expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/)

describe('filterFor', () => {
  it.each<[string, Filter, Filter]>([
    ['a secret by its hash', { email: 'a' }, { 'email.%share': hash }],
    [
      'a hash among the elements of a list',
      { cards: { $elemMatch: { holder: 'Ada', kind: 'x' }, $exists: true } },
      { cards: { $elemMatch: { 'holder.%share': hash, kind: 'x' }, $exists: true } },
    ],
    ['whether a secret is there', { pin: { $exists: false } }, { pin: { $exists: false } }],
    ['plain fields beside secret ones', { 'cards.kind': 'x' }, { 'cards.kind': 'x' }],
    ['dates and bigints', { at: new Date(0), n: 3n }, { at: new Date(0), n: 3n }],
  ])('asks for %s', async (_, filter, expected) => {
    expect(await filterFor(filter, context as never)).toEqual(expected)
  })

  it.each<[string, unknown, RegExp]>([
    ['undefined, which would fit every record', { _id: undefined }, /_id holds undefined/],
    ['undefined beneath an operator', { n: { $gt: undefined } }, /n\.\$gt holds undefined/],
    ['undefined in a list', { $or: [{ n: 1 }, { m: undefined }] }, /\$or\.1\.m/],
    ['a number that JSON does not have', { n: Number.NaN }, /NaN/],
    ['a RegExp', { service: /mail/ }, /\$regex/],
    ['a date that is none, which JSON makes null', { at: new Date('x') }, /at holds Invalid Date/],
    ['nothing at all', undefined, /undefined/],
    ['null', null, /object/],
    ['an object within itself', circle, /deeper than 100/],
    ['a secret as part of an object', { cards: { number: '4111' } }, /secret/],
    ['a secret in a list of objects', { cards: { $in: [{ number: '4111' }] } }, /secret/],
    ['a secret of an element', { cards: { $elemMatch: { number: '4111' } } }, /secret/],
    ['a marked value', { n: { $gt: { '%allot': 1 } } }, /secret/],
    ['a share', { 'n.%share': 'x' }, /secret/],
  ])('refuses %s', async (_, filter, words) => {
    const error = await rejectionOf(filterFor(filter as Filter, context as never))
    expect(error).toMatchObject({ code: 'invalid_argument', message: words })
  })
})
