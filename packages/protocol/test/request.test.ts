import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTokenRequest } from '../src/request.ts'
import { MAX_ITEMS } from '../src/shapes.ts'

const item = { id: '1', audience: 'cards' }
const problemOf = (body: unknown) => {
  const parsed = parseTokenRequest(body)
  return parsed.ok ? undefined : parsed.problem
}
const withItem = (members: object) => ({ tokens: [{ ...item, ...members }] })

describe('parseTokenRequest', () => {
  it('gives back a request as it came', () => {
    const body = {
      background: true,
      tokens: [
        { ...item, scope: '/nil/db/data/read', ttl: 60, rejected: 'k3' },
        { id: '2', audience: 'records/did:nil:a', context: { any: ['thing'] } },
      ],
    }
    expect(parseTokenRequest(body)).toEqual({ ok: true, request: body })
  })

  it.each<[string, unknown, string]>([
    ['null', null, 'the body is not an object'],
    ['text', 'tokens', 'the body is not an object'],
    ['an array', [], 'tokens is missing'],
    ['no tokens', {}, 'tokens is missing'],
    ['no item', { tokens: [] }, 'tokens holds no item'],
    ['tokens that are no array', { tokens: { 0: item } }, 'tokens is not an array'],
    ['an item that is null', { tokens: [null] }, 'tokens.0 is not an object'],
    ['an item without id', { tokens: [{ audience: 'a' }] }, 'tokens.0.id is missing'],
    ['an empty id', withItem({ id: '' }), 'tokens.0.id is empty'],
    ['a long id', withItem({ id: 'x'.repeat(33) }), 'tokens.0.id is longer than 32 characters'],
    ['a numeric id', withItem({ id: 1 }), 'tokens.0.id is not a string'],
    ['a URL', withItem({ audience: 'https://a' }), 'tokens.0.audience is not an audience name'],
    ['a ttl of 0', withItem({ ttl: 0 }), 'tokens.0.ttl is less than 1 second'],
    ['a ttl of -1', withItem({ ttl: -1 }), 'tokens.0.ttl is less than 1 second'],
    ['an endless ttl', withItem({ ttl: Infinity }), 'tokens.0.ttl is not a finite number'],
    ['a ttl in words', withItem({ ttl: '60' }), 'tokens.0.ttl is not a number'],
    ['scope in a list', withItem({ scope: ['a'] }), 'tokens.0.scope is not a string'],
    [
      'a line break',
      withItem({ scope: 'a\r\nb' }),
      'tokens.0.scope holds a character no scope may hold',
    ],
    ['a misspelt member', withItem({ ttll: 60 }), 'tokens.0.ttll is not a member of this protocol'],
    ['a stray member', { tokens: [item], v: 1 }, 'v is not a member of this protocol'],
    ['background in words', { tokens: [item], background: 'yes' }, 'background is not a boolean'],
    ['an id twice', { tokens: [item, item] }, 'tokens holds an id twice'],
  ])('names what is wrong with %s', (_, body, problem) => {
    expect(problemOf(body)).toBe(problem)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'refuses the member %s, at the top and in an item, and pollutes nothing',
    (name) => {
      const top = JSON.parse(`{"tokens":[{"id":"1","audience":"a"}],"${name}":{"polluted":1}}`)
      const inner = JSON.parse(`{"tokens":[{"id":"1","audience":"a","${name}":{"polluted":1}}]}`)

      expect(problemOf(top)).toBe(`${name} is not a member of this protocol`)
      expect(problemOf(inner)).toBe(`tokens.0.${name} is not a member of this protocol`)
      expect('polluted' in {}).toBe(false)
    },
  )

  it(`takes ${MAX_ITEMS} items and no more`, () => {
    const items = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `${index}`, audience: 'cards' }))

    expect(parseTokenRequest({ tokens: items(MAX_ITEMS) }).ok).toBe(true)
    expect(problemOf({ tokens: items(MAX_ITEMS + 1) })).toBe('tokens holds more than 32 items')
  })

  it('takes the same audience twice with different ids', () => {
    const tokens = [item, { ...item, id: '2', scope: 'a' }]
    expect(parseTokenRequest({ tokens }).ok).toBe(true)
  })

  it('never throws, and its words are short and plain whatever came', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.jsonValue(), (body, name, value) => {
        for (const candidate of [
          body,
          { tokens: [item], [name]: value },
          withItem({ [name]: value }),
        ]) {
          const problem = problemOf(candidate) ?? 'none'
          expect(problem).toMatch(/^[\x20-\x7e…]{1,120}$/)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('quotes no value', () => {
    const canary = 'canary-of-a-secret'
    for (const member of ['id', 'audience', 'scope', 'ttl', 'rejected'])
      expect(problemOf(withItem({ [member]: { [canary]: canary } }))).not.toContain(canary)
  })
})
