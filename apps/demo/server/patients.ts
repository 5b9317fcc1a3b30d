/** The Skyflow vault behind the demo: the sandbox's, or the one a file names. */
import type { Minter } from '@valetkey/broker'
import type { Sandbox } from '@valetkey/sandbox'
import { skyflow, SkyflowConfigError } from '@valetkey/skyflow/minter'
import { readSkyflowFile, skyflowFileError } from './skyflow-file.ts'

export interface PatientsVault {
  minter: Minter
  vaultUrl: string
  vaultId: string
  table: string
  plainRole: string | undefined
  maskedRole: string | undefined
  isEmulated: boolean
}

/** The vault of the sandbox, with its own test key. */
export function emulatedPatients({ skyflow: emulated }: Sandbox): PatientsVault {
  const { credentials, vaultUrl, vaultId, table, roleId, maskedRoleId } = emulated
  return {
    minter: skyflow({ credentials, vaultUrl }),
    vaultUrl,
    vaultId,
    table,
    plainRole: roleId,
    maskedRole: maskedRoleId,
    isEmulated: true,
  }
}

/** @throws {StartError} naming the file and the field, when something in it is wrong. */
export function patientsOfFile(path: string): PatientsVault {
  const { credentials, ...file } = readSkyflowFile(path)
  try {
    const minter = skyflow({ credentials, vaultUrl: file.vaultUrl })
    return { ...file, minter, isEmulated: false }
  } catch (error) {
    if (!(error instanceof SkyflowConfigError)) throw error
    throw skyflowFileError(
      path,
      error.faults.map(({ field, fault }) => `${placeOf(field)} ${fault}`),
    )
  }
}

const OWN_FIELDS = new Set(['credentials', 'vaultUrl'])

function placeOf(field: string): string {
  return OWN_FIELDS.has(field) ? field : `credentials: ${field}`
}
