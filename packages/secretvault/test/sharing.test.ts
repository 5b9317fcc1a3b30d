import { describe, expect, it } from 'vitest'
import { createSharing } from '../src/sharing.ts'
import { isVaultError } from '../src/vault-error.ts'
import { rejectionOf } from './setup.ts'

const sharing = createSharing()

async function splitSecret(secret: unknown, size = 3): Promise<string[]> {
  const copies = await sharing.split({ secret: { '%allot': secret } }, size)
  return copies.map((copy) => (copy as { secret: { '%share': string } }).secret['%share'])
}

describe('split and open', () => {
  it.each([
    ['text', 'hunter2'],
    ['an empty text', ''],
    ['text beyond ASCII', 'pässwörd 🔑'],
    ['the longest text', 'x'.repeat(4095)],
    ['zero', 0],
    ['a negative number', -1],
    ['the least number', -(2 ** 31)],
    ['the greatest number', 2 ** 31 - 1],
  ])('give back %s over 2, 3 and 5 nodes, as what it was', async (_, secret) => {
    for (const size of [2, 3, 5]) {
      const shares = await splitSecret(secret, size)
      expect(shares).toHaveLength(size)
      expect(await sharing.open(shares)).toEqual({ value: secret })
      expect(await sharing.open(shares.toReversed())).toEqual({ value: secret })
    }
  })

  it('splits secrets at any depth and copies all else as JSON would', async () => {
    const record = {
      name: 'a',
      when: new Date(0),
      gone: undefined,
      list: [{ '%allot': 1 }, undefined, { deep: { '%allot': 'x' } }],
    }
    const copies = await sharing.split(record, 3)
    expect(copies).toHaveLength(3)
    for (const copy of copies)
      expect(copy).toEqual({
        name: 'a',
        when: '1970-01-01T00:00:00.000Z',
        list: [{ '%share': expect.any(String) }, null, { deep: { '%share': expect.any(String) } }],
      })
  })

  it('gives every node the same copy where nothing is secret', async () => {
    expect(await sharing.split({ a: 1 }, 3)).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }])
  })

  it('leaves the record it was given as it was', async () => {
    const record = { secret: { '%allot': 'x' } }
    await sharing.split(record, 3)
    expect(record).toEqual({ secret: { '%allot': 'x' } })
  })

  it.each([
    ['a fraction', { pin: { '%allot': 1.5 } }, /pin is not a whole number/],
    ['a number beyond 32 bits', { pin: { '%allot': 2 ** 31 } }, /pin is not a whole number/],
    ['a text too long', { a: [{ b: { '%allot': 'é'.repeat(2048) } }] }, /a\[0\]\.b is longer/],
    ['a list', { pin: { '%allot': [1] } }, /neither text nor number/],
    ['nothing', { pin: { '%allot': null } }, /neither text nor number/],
    ['fields beside the mark', { pin: { '%allot': 1, note: 'x' } }, /fields beside it/],
    ['a share', { pin: { '%share': 'AAA=' } }, /pin holds %share/],
    ['a bigint that JSON cannot hold', { count: 2n ** 60n }, /count is a bigint/],
  ])('refuses %s and names the field', async (_, record, message) => {
    const error = await rejectionOf(sharing.split(record, 3))
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(message),
    })
  })

  it('refuses to share a secret with a single node, which would hold it whole', async () => {
    const error = await rejectionOf(sharing.split({ pin: { '%allot': 1 } }, 1))
    expect(isVaultError(error) && error.message).toMatch(/two nodes/)
    expect(await sharing.split({ pin: 1 }, 1)).toEqual([{ pin: 1 }])
  })
})

/** As a node would hold 64 bits of which it has the bytes, and another node none. */
function sharesOf(bytes: Uint8Array): string[] {
  const own = Buffer.from([0, ...bytes])
  return [own, Buffer.alloc(own.length)].map((share) => share.toString('base64'))
}

describe('open', () => {
  it.each([
    ['a number', 2 ** 53 - 1],
    ['a bigint, beyond what a number holds', 2n ** 60n + 1n],
  ])('gives an integer as %s', async (_, value) => {
    const bytes = new Uint8Array(new BigInt64Array([BigInt(value)]).buffer)
    expect(await sharing.open(sharesOf(bytes))).toEqual({ value })
  })

  it('finds shares of different writes out instead of joining them to garbage', async () => {
    // The first byte joined is random then: 3 of 256 mixtures look right.
    let found = 0
    for (let i = 0; i < 64; i++) {
      const [first, second] = [await splitSecret('hunter2'), await splitSecret('hunter3')]
      const mixed = await sharing.open([first[0], first[1], second[2]])
      if (mixed === undefined) found++
    }
    expect(found).toBeGreaterThan(56)
  })

  it.each([
    ['shares of different lengths', ['AAAA', 'AAAAAAAA']],
    ['what would join to an integer of another length', ['AAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAB']],
    ['one share', ['AAAA']],
    ['fractions', [1.5, 2, 3]],
    ['texts beside numbers', [1, 2, 'AAAA']],
    ['what is no base64', ['a b!', 'c d!']],
    ['a list in place of a share', [['AAAA'], ['AAAA']]],
  ])('does not open %s', async (_, shares) => {
    expect(await sharing.open(shares)).toBeUndefined()
  })
})
