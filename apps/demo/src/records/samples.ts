/** Invented notes to begin with, so that one click writes something. */

export interface NoteDraft {
  name: string
  diagnosis: string
}

const SAMPLES: readonly NoteDraft[] = [
  { name: 'Maya Lindqvist', diagnosis: 'Type 1 diabetes, HbA1c 8.2 %. Start on a pump in May.' },
  { name: 'Tom Arcand', diagnosis: 'Atrial fibrillation, paroxysmal. Apixaban 5 mg twice a day.' },
  { name: 'Ines Moura', diagnosis: 'Migraine with aura, three attacks a month.' },
  { name: 'Jonas Weber', diagnosis: 'Lyme disease, stage 1. Doxycycline for two weeks.' },
]

let taken = 0

/** The next sample; begins anew after the last. */
export function nextSample(): NoteDraft {
  const sample = SAMPLES[taken % SAMPLES.length]
  taken += 1
  return sample ?? { name: '', diagnosis: '' }
}
