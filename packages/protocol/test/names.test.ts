import { describe, expect, it } from 'vitest'
import { isAudience, isAudienceName, memberAudience, splitAudience } from '../src/names.ts'

const DID = 'did:nil:testnet:nillion1vn49zpzgpagey80lp4xzzefaz09kufr5e6zq8c'

describe('isAudienceName', () => {
  it.each(['a', 'cards', 'records-2', 'team@eu', DID, 'A'.repeat(100)])('accepts %s', (name) => {
    expect(isAudienceName(name)).toBe(true)
  })

  it.each([
    '',
    '__proto__',
    '-a',
    '.a',
    ':a',
    'a b',
    'a/b',
    'a\n',
    'ａ',
    'é',
    'a%2fb',
    'a\\b',
    'A'.repeat(101),
  ])('refuses %j', (name) => {
    expect(isAudienceName(name)).toBe(false)
  })
})

describe('isAudience', () => {
  it('accepts a name and a member of a group', () => {
    expect(isAudience('cards')).toBe(true)
    expect(isAudience(memberAudience('records', DID))).toBe(true)
  })

  it.each(['a/', '/a', '/', 'a//b', 'a/b/c', 'a/../b', ' a'])('refuses %j', (audience) => {
    expect(isAudience(audience)).toBe(false)
  })
})

describe('splitAudience', () => {
  it('is the reverse of memberAudience', () => {
    expect(splitAudience(memberAudience('records', DID))).toEqual({ name: 'records', member: DID })
  })

  it('gives a plain audience no member', () => {
    expect(splitAudience('cards')).toEqual({ name: 'cards' })
  })
})
