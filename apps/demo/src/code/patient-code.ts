/** The code behind each action on patients: as a hook, without a framework, from a shell. */
import type { Patient, PatientsPlace, Shown } from '../patients/patient-vault.ts'
import { currentUserId } from '../session.ts'
import { type CurlCall, curlOf } from './curl.ts'
import { blocksOf } from './source-blocks.ts'
import { sourceOf } from './sources.ts'

/** One action, three ways. */
export interface ActionCode {
  react: string
  vanilla: string
  curl: string
}

interface Place {
  place: PatientsPlace
  /** The vault's address. */
  url: string
}

const SET_UP = blocksOf(sourceOf('tokens.ts'), ['tokens'])

export function insertCode({ place, url, patient }: Place & { patient: Patient }): ActionCode {
  const records = [{ fields: patient }]
  return codeOf(['useInsertPatient', 'insertPatient'], {
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
  return codeOf(['usePatients', 'readPatients'], {
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
  return codeOf(['useRevealTokens', 'revealTokens'], {
    ...callOf({ place, url }),
    method: 'POST',
    path: `v1/vaults/${place.vaultId}/detokenize`,
    body: { detokenizationParameters: dataTokens.map((token) => ({ token, redaction })) },
  })
}

function callOf({ place, url }: Place): Pick<CurlCall, 'audience' | 'url'> {
  return { audience: place.audience, url }
}

function codeOf([hook, action]: [string, string], call: CurlCall): ActionCode {
  return {
    react: blocksOf(sourceOf('patient-queries.ts'), [hook]),
    vanilla: [SET_UP, blocksOf(sourceOf('patient-vault.ts'), ['openVault', action])].join('\n\n'),
    curl: curlOf(call, location.origin, currentUserId() ?? 'ada'),
  }
}
