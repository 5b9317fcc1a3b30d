/** The code behind each action on patients: as a hook, without a framework, from a shell. */
import type { Patient, PatientsPlace, Shown } from '../patients/patient-vault.ts'
import { type ActionCode, codeOf } from './action-code.ts'
import type { CurlCall } from './curl.ts'

interface Place {
  place: PatientsPlace
  /** The vault's address. */
  url: string
}

export function insertCode({ place, url, patient }: Place & { patient: Patient }): ActionCode {
  const records = [{ fields: patient }]
  return patientCode(['useInsertPatient', 'insertPatient'], {
    ...callOf({ place, url }),
    method: 'POST',
    path: `v1/vaults/${place.vaultId}/${place.table}`,
    body: { records, tokenization: true },
  })
}

export function readPatientsCode({
  place,
  url,
  ids,
  redaction,
}: Place & { ids: readonly string[]; redaction: Shown }): ActionCode {
  const selection = (ids.length > 0 ? ids : ['<id>']).map((id) => `skyflow_ids=${id}`)
  const query = [...selection, `redaction=${redaction}`].join('&')
  return patientCode(['usePatients', 'readPatients'], {
    ...callOf({ place, url }),
    method: 'GET',
    path: `v1/vaults/${place.vaultId}/${place.table}?${query}`,
  })
}

export function detokenizeCode({
  place,
  url,
  tokens: dataTokens,
}: Place & { tokens: readonly string[] }): ActionCode {
  const redaction = 'PLAIN_TEXT'
  return patientCode(['useRevealTokens', 'revealTokens'], {
    ...callOf({ place, url }),
    method: 'POST',
    path: `v1/vaults/${place.vaultId}/detokenize`,
    body: { detokenizationParameters: dataTokens.map((token) => ({ token, redaction })) },
  })
}

function callOf({ place, url }: Place): Pick<CurlCall, 'audience' | 'url'> {
  return { audience: place.audience, url }
}

function patientCode([hook, action]: [string, string], call: CurlCall): ActionCode {
  return codeOf({
    hook: { file: 'patient-queries.ts', names: ['READ_MS', hook] },
    action: { file: 'patient-vault.ts', names: ['openVault', action] },
    call,
  })
}
