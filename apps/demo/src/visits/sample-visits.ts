/** Invented visits to begin with, so that one click writes something. */
import type { Visit } from './visit-database.ts'

export interface VisitDraft {
  key: string
  visit: Visit
}

const SAMPLES: readonly VisitDraft[] = [
  { key: 'dec-01-lindqvist', visit: { who: 'Maya Lindqvist', why: 'Pump training' } },
  { key: 'dec-01-arcand', visit: { who: 'Tom Arcand', why: 'ECG after six months' } },
  { key: 'dec-02-moura', visit: { who: 'Ines Moura', why: 'Migraine diary' } },
  { key: 'dec-03-weber', visit: { who: 'Jonas Weber', why: 'End of treatment' } },
]

let taken = 0

/** The next sample; begins anew after the last. */
export function nextVisit(): VisitDraft {
  const sample = SAMPLES[taken % SAMPLES.length]
  taken += 1
  return sample ?? { key: '', visit: { who: '', why: '' } }
}
