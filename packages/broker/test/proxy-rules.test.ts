import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allow } from '../src/index.ts'
import { findRule, methodsOfAll, ruleFault } from '../src/proxy-rules.ts'

const matches = (pattern: `/${string}`, path: string): boolean =>
  findRule([allow('POST', pattern)], { method: 'POST', path }) !== undefined

describe('a rule', () => {
  it.each<[`/${string}`, string, boolean]>([
    ['/v1/cards', '/v1/cards', true],
    ['/v1/cards', '/v1/cards/', false],
    ['/v1/cards/', '/v1/cards/', true],
    ['/v1/cards', '/v1/Cards', false],
    ['/v1/cards', '/v1/%63ards', false],
    ['/v1/cards', '/v1', false],
    ['/v1/cards', '/v1/cards/7', false],
    ['/v1/cards', '/x/v1/cards', false],
    ['/v1/cards;a', '/v1/cards', false],
    ['/', '/', true],
    ['/', '/x', false],
    ['/v1/:vault/detokenize', '/v1/abc/detokenize', true],
    ['/v1/:vault/detokenize', '/v1/a%20b/detokenize', true],
    ['/v1/:vault/detokenize', '/v1//detokenize', false],
    ['/v1/:vault/detokenize', '/v1/a/b/detokenize', false],
    ['/v1/:vault/detokenize', '/v1/a/tokenize', false],
    ['/:a/:b', '/x/y', true],
    ['/:a/:b', '/x/', false],
    ['/v1/*', '/v1/x', true],
    ['/v1/*', '/v1/x/y/', true],
    ['/v1/*', '/v1/', false],
    ['/v1/*', '/v1', false],
    ['/v1/*', '/v2/x', false],
    ['/v1/:a/*', '/v1//x', false],
    ['/*', '/', false],
    ['/*', '/anything', true],
    ['/v1/x:batch', '/v1/x:batch', true],
    ['/v1/x:batch', '/v1/y:batch', false],
    ['/v1/a.c', '/v1/abc', false],
  ])('for %s on %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected)
  })

  it('allows its own method, and GET allows HEAD', () => {
    const rules = [allow('GET', '/a'), allow('POST', '/b')]
    const allowed = (method: string, path: string) =>
      findRule(rules, { method, path }) !== undefined
    expect(allowed('GET', '/a')).toBe(true)
    expect(allowed('HEAD', '/a')).toBe(true)
    expect(allowed('POST', '/a')).toBe(false)
    expect(allowed('HEAD', '/b')).toBe(false)
    expect(allowed('get', '/a')).toBe(false)
    expect(allowed('OPTIONS', '/a')).toBe(false)
    expect(methodsOfAll(rules)).toEqual(['GET', 'HEAD', 'POST'])
  })

  it('of no rules allows nothing', () => {
    expect(findRule([], { method: 'GET', path: '/' })).toBeUndefined()
  })

  it('agrees with the plainest reading of its pattern, whatever both hold', () => {
    const segment = fc.constantFrom('a', 'b', 'a%20b', '', ':a', 'x:y', '*')
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((s) => `/${s.join('/')}`)
    fc.assert(
      fc.property(path, path, (pattern, asked) => {
        const rule = { method: 'POST', path: pattern }
        fc.pre(ruleFault(rule) === undefined && !asked.includes('*'))
        const source = pattern
          .replaceAll('.', String.raw`\.`)
          .replaceAll(/\/:\w+/g, '/[^/]+')
          .replace(/\/\*$/, '/(?!$).+')
        // The rest may be anything but nothing.
        const oracle = new RegExp(`^${source}$`).test(asked)
        expect(matches(pattern as '/', asked)).toBe(oracle)
      }),
      { numRuns: 5_000 },
    )
  })

  it.each<[unknown, string]>([
    [undefined, 'is not a rule'],
    ['GET /v1', 'is not a rule'],
    [{ method: 'GET' }, 'does not start with /'],
    [{ method: 'get', path: '/' }, 'its method is none of'],
    [{ method: 'OPTIONS', path: '/' }, 'its method is none of'],
    [{ method: 'CONNECT', path: '/' }, 'its method is none of'],
    [{ method: 'GET', path: 'v1' }, 'does not start with /'],
    [{ method: 'GET', path: '//v1' }, 'an empty segment'],
    [{ method: 'GET', path: '/v1/../x' }, 'a dot segment'],
    [{ method: 'GET', path: '/v1/*/x' }, 'a * may only be the last segment'],
    [{ method: 'GET', path: '/v1/x*' }, 'a * may only be the last segment'],
    [{ method: 'GET', path: '/v1/**' }, 'a * may only be the last segment'],
    [{ method: 'GET', path: '/v1/:' }, 'a :name is one whole segment'],
    [{ method: 'GET', path: '/v1/:a?' }, 'a :name is one whole segment'],
    [{ method: 'GET', path: '/v1/:a.json' }, 'a :name is one whole segment'],
    [{ method: 'GET', path: '/v1/a b' }, 'a character that needs no rule'],
    [{ method: 'GET', path: '/v1/%2e' }, 'a character that needs no rule'],
    [{ method: 'GET', path: '/v1?x' }, 'a character that needs no rule'],
    [{ method: 'GET', path: '/v1', query: 'x' }, 'holds more than a method with a path'],
  ])('such as %j is refused', (rule, fault) => {
    expect(ruleFault(rule)).toContain(fault)
  })
})
