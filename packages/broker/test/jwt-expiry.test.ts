import { expect, it } from 'vitest'
import { jwtClaims, jwtExpiresAt } from '../src/jwt-expiry.ts'

const encode = (claims: unknown): string =>
  Buffer.from(JSON.stringify(claims)).toString('base64url')
const jwtOf = (claims: unknown): string => `${encode({ alg: 'ES256K' })}.${encode(claims)}.c2ln`

it('reads the exp of a JWT, in milliseconds', () => {
  expect(jwtExpiresAt(jwtOf({ exp: 1_795_312_345 }))).toBe(1_795_312_345_000)
  expect(jwtExpiresAt(jwtOf({ name: '–ÿ?>', exp: 1.5 }))).toBe(1_500)
  expect(jwtClaims(jwtOf({ name: '–ÿ?>', exp: 1.5 }))).toEqual({ name: '–ÿ?>', exp: 1.5 })
})

it.each([
  ['an opaque token', 'abc'],
  ['two dots and no JSON', 'aaaa.bbbb.cccc'],
  ['no exp', jwtOf({ sub: 'a' })],
  ['an exp in words', jwtOf({ exp: '1795312345' })],
  ['claims that are null', jwtOf(null)],
  ['a JWE', 'a.b.c.d.e'],
  ['an empty payload', 'a..c'],
  ['no base64', '!.!.!'],
])('finds none in %s', (_, value) => {
  expect(jwtExpiresAt(value)).toBeUndefined()
})
