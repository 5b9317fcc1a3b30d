import { describe, expect, it } from 'vitest'
import { createBlindfold } from '../src/blindfold.ts'
import { rejectionOf } from './setup.ts'

describe('the key of secrets shared as match', () => {
  it('is asked for once, and again after it could not be had', async () => {
    let asked = 0
    const blindfold = createBlindfold(() => {
      asked += 1
      if (asked === 1) throw new Error('no key yet')
      return 'the seed of the tests'
    })
    expect(await rejectionOf(blindfold.keyFor(2, 'match'))).toMatchObject({ message: 'no key yet' })
    expect(await blindfold.keyFor(2, 'match')).toBe(await blindfold.keyFor(2, 'match'))
    expect(asked).toBe(2)
  })

  it.each([undefined, '', new Uint8Array()])('is missed where the seed is %o', async (seed) => {
    const error = await rejectionOf(createBlindfold(seed).keyFor(2, 'match'))
    expect(error).toMatchObject({ code: 'config' })
  })
})
