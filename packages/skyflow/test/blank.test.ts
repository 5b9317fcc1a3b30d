import { describe, expect, it } from 'vitest'
import { blanked, blankedDeep, contentsOf } from '../src/blank.ts'

describe('contentsOf', () => {
  it('lists every text and number, however deep', () => {
    const record = { name: 'Ada', visits: 7, tags: ['x', { deep: 'y' }], none: null, yes: true }
    expect(contentsOf(record)).toEqual(['Ada', '7', 'x', 'y'])
  })
})

describe('blanked', () => {
  it.each([
    ['Value Ada is wrong', ['Ada'], 'Value … is wrong'],
    ['adams and ada', ['ada', 'adams'], '… and …'],
    ['no a in column', ['a'], 'no a in column'],
    ['card 4111-1111-1111-1111 here', [], 'card … here'],
    ['phone 5551234', [], 'phone …'],
    ['row 123456 of 25', [], 'row 123456 of 25'],
    ['mail a.b+c@d.example.org now', [], 'mail … now'],
    ['token eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln ended', [], 'token … ended'],
    ['signed_token_eyJh.b.c ended', [], '… ended'],
    ['key sky-Ab12c-0f0f ended', [], 'key … ended'],
  ])('makes of %j without %j: %j', (text, sent, expected) => {
    expect(blanked(text, sent)).toBe(expected)
  })

  it('keeps 300 characters at most', () => {
    expect(blanked('x'.repeat(1_000), [])).toHaveLength(300)
  })
})

describe('blankedDeep', () => {
  it('reaches every part and keeps the shape', () => {
    const details = [{ field: 'ssn', values: ['Ada', 4111111111111111, 7], flag: true, none: null }]
    expect(blankedDeep(details, ['Ada'])).toEqual([
      { field: 'ssn', values: ['…', '…', 7], flag: true, none: null },
    ])
  })
})
