import { expect, it } from 'vitest'
import { retryAfterOf } from '../src/upstream/index.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')

it.each<[string | undefined, object]>([
  ['7', { retryAfterMs: 7_000 }],
  [' 120 ', { retryAfterMs: 120_000 }],
  ['Sun, 22 Nov 2026 10:01:00 GMT', { retryAfterMs: 60_000 }],
  ['Sun, 22 Nov 2026 09:59:00 GMT', {}],
  ['0', {}],
  ['soon', {}],
  [undefined, {}],
])('of Retry-After %s is %o', (value, expected) => {
  const headers = new Headers(value === undefined ? {} : { 'retry-after': value })
  expect(retryAfterOf(headers, NOW)).toEqual(expected)
})
