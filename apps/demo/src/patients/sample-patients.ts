/** Invented patients to begin with, so that one click stores somebody. */
import type { Patient } from './patient-vault.ts'

const SAMPLES: readonly Patient[] = [
  { name: 'Maya Lindqvist', ssn: '219-09-9999', email: 'maya@lindqvist.example' },
  { name: 'Tom Arcand', ssn: '078-05-1120', email: 'tom.arcand@clinic.example' },
  { name: 'Ines Moura', ssn: '457-55-5462', email: 'ines@moura.example' },
]

let taken = 0

/** The next sample; begins anew after the last. */
export function nextPatient(): Patient {
  const sample = SAMPLES[taken % SAMPLES.length]
  taken += 1
  return sample ?? { name: '', ssn: '', email: '' }
}

/** The columns, with what people call them. */
export const COLUMNS = [
  { column: 'name', label: 'Full name' },
  { column: 'ssn', label: 'SSN' },
  { column: 'email', label: 'Email' },
] as const
