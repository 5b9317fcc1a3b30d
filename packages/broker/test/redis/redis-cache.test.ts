import { describe, expect, it } from 'vitest'
import { BrokerConfigError } from '../../src/config-error.ts'
import * as entry from '../../src/redis/index.ts'

const { redisCache } = entry
const KEY = Buffer.alloc(32, 1).toString('base64')

function problemsOf(options: unknown): readonly string[] {
  try {
    redisCache(options as entry.RedisCacheOptions)
    return []
  } catch (error) {
    if (error instanceof BrokerConfigError) return error.problems
    throw error
  }
}

describe('redisCache', () => {
  it('exports what it promises and nothing else', () => {
    expect(Object.keys(entry)).toEqual(['redisCache'])
  })

  it('takes keys in base64, base64url and hex', () => {
    const bytes = Buffer.alloc(32, 255)
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      expect(problemsOf({ url: 'redis://h', keys: [bytes.toString(encoding)] })).toEqual([])
  })

  it.each<[string, unknown, RegExp]>([
    ['no keys', { url: 'redis://h', keys: [] }, /^keys:? is empty; make one with: openssl/],
    ['no keys at all', { url: 'redis://h' }, /^keys:? is empty/],
    ['an undefined key', { url: 'redis://h', keys: [undefined] }, /^keys\[0\]:? is not 32 bytes/],
    [
      'a password for a key',
      { url: 'redis://h', keys: [KEY, 'hunter2'] },
      /^keys\[1\]:? is not 32/,
    ],
    ['a key of 31 bytes', { url: 'redis://h', keys: ['ab'.repeat(31)] }, /^keys\[0\]:? is not 32/],
    ['a key twice', { url: 'redis://h', keys: [KEY, KEY] }, /^keys:? holds a key twice/],
    ['neither address nor client', { keys: [KEY] }, /^url:? and client: give one of them/],
    ['an address of another kind', { url: 'https://h', keys: [KEY] }, /^url:? is not an address/],
    ['a client that is none', { client: {}, keys: [KEY] }, /^client:? has no method call/],
    ['a prefix with a space', { url: 'redis://h', keys: [KEY], prefix: 'a b' }, /^prefix:? is not/],
    ['a lock of no time', { url: 'redis://h', keys: [KEY], lockMs: 0 }, /^lockMs:? is not/],
    ['a misspelt name', { url: 'redis://h', keys: [KEY], lockMS: 1 }, /^lockMS:? is not an option/],
  ])('refuses %s, and prints no key', (_, options, problem) => {
    const [first = '', ...more] = problemsOf(options)
    expect(first).toMatch(problem)
    expect(more).toEqual([])
    expect(first).not.toMatch(/hunter2|abab/)
  })
})
