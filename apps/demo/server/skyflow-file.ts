/** Reads the file that names a Skyflow vault of one's own. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { SkyflowCredentials } from '@valetkey/skyflow/minter'
import { StartError } from './start-error.ts'

/** What `VALETKEY_SKYFLOW` names, read; the credentials are still to be checked by the minter. */
export interface SkyflowFile {
  /** Path of `credentials.json`, or its content. */
  credentials: string | SkyflowCredentials
  vaultUrl: string
  vaultId: string
  table: string
  /** Role ID for those who may see plain text; without it they get every role of the account. */
  plainRole: string | undefined
  /** Role ID for those who may see masked values; without it they get nothing. */
  maskedRole: string | undefined
}

type Fields = Readonly<Record<string, unknown>>

const NAME = /^[\w-]{1,128}$/
const ROLE = /^(?!role:)[\w-]{1,128}$/

/** @throws {StartError} naming the file, every field that is wrong and its mend; no value of any field. */
export function readSkyflowFile(path: string): SkyflowFile {
  const fields = fieldsOf(path)
  const faults: string[] = []

  function text(name: string, pattern: RegExp, mend: string): string {
    const value = fields[name]
    if (typeof value === 'string' && pattern.test(value)) return value
    faults.push(`${name} ${value === undefined ? 'is missing' : 'cannot be used'}; ${mend}`)
    return ''
  }

  const file = {
    credentials: credentialsOf(fields.credentials, path) ?? '',
    vaultUrl: text(
      'vaultUrl',
      /./,
      'give the address, as https://<clusterId>.vault.skyflowapis.com',
    ),
    vaultId: text('vaultId', NAME, 'give the ID that Skyflow Studio shows'),
    table: text('table', NAME, 'give the name of a table with the columns name, ssn and email'),
    ...rolesOf(fields, text),
  }
  if (file.credentials === '')
    faults.unshift('credentials must be the path or the content of credentials.json')
  if (faults.length > 0) throw skyflowFileError(path, faults)
  return file
}

/** The error that names the file and what to mend in it. */
export function skyflowFileError(path: string, faults: readonly string[]): StartError {
  return new StartError(
    `The Skyflow file ${path} (VALETKEY_SKYFLOW) cannot be used:${faults.map((fault) => `\n  ${fault}.`).join('')}`,
  )
}

function rolesOf(
  { plainRole, maskedRole }: Fields,
  text: (name: string, pattern: RegExp, mend: string) => string,
): Pick<SkyflowFile, 'plainRole' | 'maskedRole'> {
  const mend = 'give a role ID without `role:`, or leave it out'
  return {
    plainRole: plainRole === undefined ? undefined : text('plainRole', ROLE, mend),
    maskedRole: maskedRole === undefined ? undefined : text('maskedRole', ROLE, mend),
  }
}

function fieldsOf(path: string): Fields {
  const content = contentOf(path)
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    return { ...content }
  throw skyflowFileError(path, ['it is not a JSON object; check quotes, commas and brackets'])
}

/** The parser's own words are not kept: they quote the file, which may hold the key. */
function contentOf(path: string): unknown {
  try {
    return JSON.parse(readText(path))
  } catch (error) {
    if (error instanceof StartError) throw error
    return undefined
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw skyflowFileError(path, ['it cannot be read; check its path and permissions'])
  }
}

/** A path is meant from where the file is. What an object holds is for the minter to check. */
function credentialsOf(value: unknown, path: string): SkyflowFile['credentials'] | undefined {
  if (typeof value === 'string' && value !== '') return resolve(dirname(path), value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as SkyflowCredentials
}
