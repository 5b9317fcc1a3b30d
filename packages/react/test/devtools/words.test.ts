import { TokenError } from '@valetkey/client'
import { expect, it } from 'vitest'
import {
  durationInWords,
  endOf,
  factsInWords,
  fromNow,
  mentions,
  statusInWords,
} from '../../src/devtools/words.ts'

it.each([
  [0, '0 s'],
  [999, '0 s'],
  [65_000, '1 min 5 s'],
  [3_600_000, '1 h'],
  [30 * 86_400_000 + 3_600_000 + 1_000, '30 d 1 h'],
])('says %i ms in its two largest units: %s', (durationMs, words) => {
  expect(durationInWords(durationMs)).toBe(words)
})

it('says how far off an instant is, to both sides', () => {
  expect([5_000, 500, -5_000].map((at) => fromNow(at, 0))).toEqual(['in 5 s', 'now', '5 s ago'])
})

const STATUS = {
  status: 'ready',
  isRefreshing: false,
  mintedAt: 0,
  refreshAt: 70_000,
  expiresAt: 100_000,
  generation: 3,
  error: undefined,
  members: undefined,
} as const

it.each([
  ['fresh', STATUS, 10_000, 'token 3 · due for renewal in 1 min · expires in 1 min 30 s'],
  ['due', STATUS, 80_000, 'token 3 · in its soft margin · expires in 20 s'],
  [
    'renewed',
    { ...STATUS, isRefreshing: true },
    80_000,
    'token 3 · being renewed · expires in 20 s',
  ],
  ['past', STATUS, 160_000, 'token 3 · expired 1 min ago'],
  [
    'a group',
    { ...STATUS, members: ['records/a'] },
    160_000,
    'group of 1 · token 3 · expired 1 min ago',
  ],
  [
    'failed',
    { ...STATUS, status: 'error', expiresAt: undefined, error: new TokenError('offline') } as const,
    0,
    'offline: wait until `retryAt`',
  ],
])('says of a token that is %s how it stands', (...[, status, now, words]) => {
  expect(statusInWords(status, now)).toBe(words)
})

it('says how a token ended', () => {
  const token = { generation: 1, mintedAt: 0, refreshAt: 70, expiresAt: 100, endedAt: undefined }
  expect([10, 80, 100].map((now) => endOf(token, now))).toEqual(['fresh', 'soft margin', 'expired'])
  expect(endOf({ ...token, endedAt: 50 }, 60)).toBe('given up now')
})

it('lists an event by what it says, and finds it by any of that', () => {
  const event = {
    type: 'refresh-failed',
    at: 0,
    audience: 'cards',
    code: 'offline',
    servedOld: true,
    retryAt: undefined,
  } as const
  expect(factsInWords(event)).toBe('audience cards, code offline, servedOld true')
  expect(['CARDS', 'failed', 'offline'].map((text) => mentions(event, text))).toEqual([
    true,
    true,
    true,
  ])
  expect(mentions(event, 'records')).toBe(false)
})
