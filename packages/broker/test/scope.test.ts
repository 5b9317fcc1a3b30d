import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { narrowScope } from '../src/scope.ts'

const wordsOf = (scope: string): string[] => scope.split(' ')

describe('narrowScope', () => {
  it.each<[string, Parameters<typeof narrowScope>[0], string | undefined | false]>([
    ['nothing said by anybody is no scope', {}, undefined],
    ['a request alone is refused', { requested: 'read' }, false],
    ['a blank request is none', { requested: '  ' }, undefined],
    ['the configuration stands where nothing is asked for', { configured: ['b', 'a'] }, 'a b'],
    ['the grant stands where nothing is asked for', { granted: 'b a' }, 'a b'],
    ['a request within the configuration is met', { configured: ['a', 'b'], requested: 'b' }, 'b'],
    ['a request beyond it is narrowed', { configured: ['a', 'b'], requested: 'b c' }, 'b'],
    ['a request outside it is refused', { configured: ['a'], requested: 'c' }, false],
    ['a grant cannot widen the configuration', { configured: ['a'], granted: 'a b' }, 'a'],
    [
      'a grant outside the configuration leaves nothing',
      { configured: ['a'], granted: 'b' },
      false,
    ],
    ['a blank grant is nothing, not everything', { granted: '' }, false],
    ['all three are met', { configured: ['a', 'b'], granted: 'b c', requested: 'a b c' }, 'b'],
    ['a word counts once', { configured: ['a'], requested: 'a a' }, 'a'],
    ['words are compared whole', { configured: ['admin'], requested: 'adm' }, false],
  ])('%s', (_, bounds, scope) => {
    expect(narrowScope(bounds)).toBe(scope)
  })

  it('never gives a word that one of the three leaves out, and one set is one text', () => {
    const words = fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd'), { maxLength: 5 })
    const optional = fc.option(words, { nil: undefined })
    fc.assert(
      fc.property(optional, optional, optional, (configured, granted, requested) => {
        const bounds = { configured, granted: granted?.join(' '), requested: requested?.join(' ') }
        const scope = narrowScope(bounds)
        const left = typeof scope === 'string' ? wordsOf(scope) : []
        const asked = requested && requested.length > 0 ? requested : undefined
        for (const bound of [configured, granted, asked])
          expect(left.every((word) => bound === undefined || bound.includes(word))).toBe(true)
        expect(left).toEqual([...new Set(left)].toSorted())
        const shuffled = { ...bounds, requested: requested?.toReversed().join('  ') }
        expect(narrowScope(shuffled)).toBe(scope)
      }),
      { numRuns: 500 },
    )
  })
})
