/** Which decisions are shown: by outcome, by a part of their text. */
import type { AuditEntry } from '../../server/session-view.ts'

/** More in the table would be more than anybody reads, and slow; the filter and the copy take all. */
export const SHOWN = 30

export type OutcomeFilter = 'all' | 'granted' | 'refused'

export interface AuditFilter {
  outcome: OutcomeFilter
  /** Looked for in every field, whatever the case. */
  text: string
}

/** The entries that fit, in their order. */
export function filtered(
  entries: readonly AuditEntry[],
  { outcome, text }: AuditFilter,
): AuditEntry[] {
  const wanted = text.trim().toLowerCase()
  return entries.filter((entry) => {
    const isGranted = entry.outcome === 'granted'
    if (outcome !== 'all' && isGranted !== (outcome === 'granted')) return false
    return wanted === '' || textOf(entry).includes(wanted)
  })
}

function textOf(entry: AuditEntry): string {
  const { subject, audience, via, outcome, reason, fingerprint, scope } = entry
  return [subject, audience, via, outcome, reason, fingerprint, scope].join(' ').toLowerCase()
}

/** How many decisions of all the table shows: `11 decisions`, `3 of 41 decisions`, `the newest 30 of 41 decisions`. */
export function countInWords({ fitting, made }: { fitting: number; made: number }): string {
  const all = `${made} ${made === 1 ? 'decision' : 'decisions'}`
  if (fitting === made) return made <= SHOWN ? all : `the newest ${SHOWN} of ${all}`
  const those = `${fitting} of ${all}`
  return fitting <= SHOWN ? those : `the newest ${SHOWN} of ${those}`
}
