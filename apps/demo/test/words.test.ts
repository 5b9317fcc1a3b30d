/** Durations in words. */
import { expect, it } from 'vitest'
import { seconds, unbroken } from '../src/ui/words.ts'

it.each([
  [10_000, '10 s'],
  [60_000, '1 min'],
  [90_000, '1 min 30 s'],
  [3_599_000, '59 min 59 s'],
  [3_600_000, '1 h'],
  [28_799_000, '7 h 59 min'],
  [30 * 86_400_000, '30 days'],
])('%d ms are %s', (durationMs, words) => {
  expect(seconds(durationMs)).toBe(words)
})

it('keeps numbers with their units, and nothing else', () => {
  expect(unbroken('Told to wait 3.0 s, 25 of 25 served, 31 ms.')).toBe(
    'Told to wait 3.0\u00A0s, 25 of 25 served, 31\u00A0ms.',
  )
})
