/** The filter of the audit log. */
import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '../server/session-view.ts'
import { filtered } from '../src/audit/audit-filter.ts'

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
