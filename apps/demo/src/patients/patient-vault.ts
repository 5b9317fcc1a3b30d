/** Patients in Skyflow: the vault keeps the values, the page gets tokens in their place. */
import {
  createSkyflowVault,
  type RevealedValue,
  type SkyflowVault,
  type StoredRecord,
  type WrittenRecord,
} from '@valetkey/skyflow'
import type { patientsIn } from '../audiences.ts'
import { tokens } from '../tokens.ts'

export interface Patient {
  name: string
  ssn: string
  email: string
}

/** How much of a value is asked for. */
export type Shown = 'MASKED' | 'PLAIN_TEXT'

/** Where patients are kept: the broker's name for it, in either delivery, and Skyflow's. */
export interface PatientsPlace {
  audience: ReturnType<typeof patientsIn>
  vaultId: string
  table: string
}

function openVault({ audience, vaultId }: PatientsPlace): SkyflowVault<Record<string, Patient>> {
  return createSkyflowVault({ client: tokens, audience, vaultId })
}

/** Stores a patient; what comes back is a token for each value. */
export function insertPatient(
  place: PatientsPlace,
  patient: Patient,
): Promise<WrittenRecord<Patient>> {
  return openVault(place).insert(place.table, patient)
}

/** Reads patients by their ids, as much of them as was asked for and the role allows. */
export function readPatients(
  place: PatientsPlace,
  { ids, redaction }: { ids: readonly string[]; redaction: Shown },
): Promise<readonly StoredRecord<Patient>[]> {
  return openVault(place).get(place.table, ids, { redaction })
}

/** Swaps tokens for values, as plain as the role allows. */
export function revealTokens(
  place: PatientsPlace,
  patientTokens: readonly string[],
): Promise<readonly RevealedValue[]> {
  return openVault(place).detokenize(patientTokens, { redaction: 'PLAIN_TEXT' })
}
