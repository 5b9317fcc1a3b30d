/** The filter of the audit log. */
import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '../server/session-view.ts'
import { countInWords, filtered } from '../src/audit/audit-filter.ts'

const entry = (id: number, facts: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: 1_000_000 + id,
  requestId: `r${id}`,
  subject: 'ada',
  audience: 'records',
  via: 'tokens',
  outcome: 'granted',
  ...facts,
})
const entries = [
  entry(3, { audience: 'wallet', outcome: 'invalid_target', reason: 'Not granted' }),
  entry(2, { via: 'proxy', fingerprint: 'beef0123' }),
  entry(1),
]
const ids = (shown: readonly AuditEntry[]) => shown.map(({ id }) => id)

describe('filtered', () => {
  it('keeps the order, and everything where nothing is asked for', () => {
    expect(ids(filtered(entries, { outcome: 'all', text: ' ' }))).toEqual([3, 2, 1])
  })

  it('tells granted from refused', () => {
    expect(ids(filtered(entries, { outcome: 'granted', text: '' }))).toEqual([2, 1])
    expect(ids(filtered(entries, { outcome: 'refused', text: '' }))).toEqual([3])
  })

  it.each([
    ['WALLET', [3]],
    ['not granted', [3]],
    ['proxy', [2]],
    ['BEEF', [2]],
    // Neither ids nor instants are words to look for.
    ['1000001', []],
  ])('finds %s in any field, whatever the case', (text, found) => {
    expect(ids(filtered(entries, { outcome: 'all', text }))).toEqual(found)
  })
})

describe('countInWords', () => {
  it.each([
    [{ fitting: 1, made: 1 }, '1 decision'],
    [{ fitting: 0, made: 11 }, '0 of 11 decisions'],
    [{ fitting: 41, made: 41 }, 'the newest 30 of 41 decisions'],
    [{ fitting: 35, made: 41 }, 'the newest 30 of 35 of 41 decisions'],
  ])('of %o says no more than the table shows', (counts, words) => {
    expect(countInWords(counts)).toBe(words)
  })
})
