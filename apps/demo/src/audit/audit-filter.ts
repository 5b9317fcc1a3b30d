/** Which decisions are shown: by outcome, by a part of their text. */
import type { AuditEntry } from '../../server/session-view.ts'

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
