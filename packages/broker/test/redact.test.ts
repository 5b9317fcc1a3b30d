import { describe, expect, it } from 'vitest'
import { describeError, redact } from '../src/redact.ts'

const HEX_KEY = 'a786abe58f933e190d01d05b467838abb1e391007a674d8a3aef106e15a0bf5a'
const JWT = 'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiJkaWQ6bmlsOngifQ.c2lnbmF0dXJl'

describe('redact', () => {
  it.each([
    ['a hex key', `bad key ${HEX_KEY}`, HEX_KEY],
    ['a JWT', `got ${JWT} back`, JWT],
    ['a bearer', 'sent Authorization: Bearer abc.def', 'abc.def'],
    ['basic credentials', 'Basic dXNlcjpwYXNz refused', 'dXNlcjpwYXNz'],
    ['a short password', '{"password":"hunter2"}', 'hunter2'],
    ['a member called secretKey', '{ secretKey: "s3cr3t" }', 's3cr3t'],
    ['a key in a query', 'GET /token?api_key=short1&x=1', 'short1'],
    ['a cookie', 'Cookie: __Host-session=abc123', 'abc123'],
    ['a PEM', '-----BEGIN EC PRIVATE KEY-----\nMHQC\nAQEE\n-----END EC PRIVATE KEY-----', 'MHQC'],
    ['a PEM that was cut off', '-----BEGIN PRIVATE KEY-----\nMHQC', 'MHQC'],
    ['base64', 'sig MEUCIQDw/9zV+0oPq7mDkTz3x1Lr4bYfE5wHcJkN2sA== end', 'MEUCIQDw/9zV'],
  ])('cuts out %s', (_, text, secret) => {
    expect(redact(text)).not.toContain(secret)
    expect(redact(text)).toContain('[redacted]')
  })

  it('leaves the words that help', () => {
    const text = 'connect ECONNREFUSED 127.0.0.1:443 for https://manage.skyflowapis.com/v1/auth'
    expect(redact(text)).toBe(text)
  })

  it('is short', () => {
    expect(redact('no '.repeat(1000)).length).toBeLessThan(600)
  })
})

describe('describeError', () => {
  it('tells the chain of causes in names and messages', () => {
    const error = new TypeError('fetch failed', { cause: new Error('ECONNRESET') })
    expect(describeError(error)).toBe('TypeError: fetch failed ← Error: ECONNRESET')
  })

  it('shows neither the fields of an error nor a thrown value', () => {
    const error = Object.assign(new Error('refused'), { body: 'canary' })
    expect(describeError(error)).toBe('Error: refused')
    expect(describeError('canary')).toBe('a thrown string')
  })

  it('keeps the words after a name that ends in what a secret would follow', () => {
    const error = Object.assign(new Error('lifetimeMs is no number'), { name: 'BadToken' })
    expect(describeError(error)).toBe('BadToken: lifetimeMs is no number')
  })

  it('ends where causes run in a circle', () => {
    const error: Error = new Error('round')
    error.cause = error
    expect(describeError(error)).toMatch(/^Error: round( ← Error: round){3}$/)
  })
})
