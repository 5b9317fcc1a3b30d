import { describe, expect, it } from 'vitest'
import { createSharing } from '../src/sharing.ts'
import type { SecretModes, Update } from '../src/types.ts'
import { checkUpdate, splitUpdate } from '../src/update-secrets.ts'

const secrets: SecretModes = {
  pin: 'store',
  pins: 'store',
  'cards.number': 'store',
  balance: 'sum',
  emails: 'match',
}
const context = { sharing: createSharing('seed'), secrets }
const share = { '%share': expect.anything() }

describe('splitUpdate', () => {
  it.each<[string, Update, Update]>([
    ['what is set', { $set: { pin: 4, n: 1 } }, { $set: { pin: share, n: 1 } }],
    [
      'what is set deep in a record',
      { $set: { 'cards.0.number': '4111', 'cards.1': { number: '4222', kind: 'x' } } },
      { $set: { 'cards.0.number': share, 'cards.1': { number: share, kind: 'x' } } },
    ],
    [
      'what is pushed, and not where to, how many, in what order',
      { $push: { pins: { $each: [1, 2], $position: 0, $slice: -5, $sort: 1 } } },
      { $push: { pins: { $each: [share, share], $position: 0, $slice: -5, $sort: 1 } } },
    ],
    ['what is added by its hash', { $addToSet: { emails: 'a' } }, { $addToSet: { emails: share } }],
    [
      'nothing of what is moved or dropped',
      { $unset: { pin: 1 }, $rename: { pins: 'old' }, $pop: { pins: 1 }, $inc: { n: 1 } },
      { $unset: { pin: 1 }, $rename: { pins: 'old' }, $pop: { pins: 1 }, $inc: { n: 1 } },
    ],
  ])('shares %s', async (_, update, expected) => {
    checkUpdate(update, secrets)
    expect(await splitUpdate(context, update, 3)).toEqual([expected, expected, expected])
  })
})

describe('checkUpdate', () => {
  it.each<[string, Update, RegExp]>([
    ['sums up on shares', { $inc: { balance: 5 } }, /\$inc cannot .* balance/],
    ['compares shares', { $min: { pin: 5 } }, /\$min/],
    ['compares a marked value', { $max: { n: { '%allot': 5 } } }, /\$max/],
    ['looks for a secret to remove', { $pull: { pins: 5 } }, /\$pull/],
    ['looks for one in a list of objects', { $pull: { cards: { number: '4111' } } }, /\$pull/],
    ['looks for secrets to remove', { $pullAll: { pins: [5] } }, /\$pullAll/],
    ['takes shares for a set', { $addToSet: { pins: 5 } }, /\$push/],
    ["puts each node's own time", { $currentDate: { at: true } }, /\$currentDate/],
    ['has no operators', { $set: { n: 1 }, n: 1 } as Update, /operators/],
    ['is none', undefined as never, /operators/],
    ['changes the id', { $set: { _id: 'x' } }, /_id/],
    ['moves something to the id', { $rename: { n: '_id' } }, /_id/],
    ['means a matched element', { $set: { 'cards.$.kind': 1 } }, /positional/],
  ])('refuses what %s', (_, update, words) => {
    expect(() => checkUpdate(update, secrets)).toThrow(words)
  })

  it('lets plain fields be counted, compared, removed', () => {
    const update = { $inc: { n: 1 }, $min: { m: 1 }, $pull: { cards: { kind: 'x' } } }
    expect(() => checkUpdate(update, secrets)).not.toThrow()
  })
})
