/** Reads the JSON of a configuration and fills in what it takes from elsewhere. */
import { dirname, resolve } from 'node:path'
import type { ConfigFault } from '../config-error.ts'
import { parseConfigJson, readConfigFile } from '../config-file.ts'
import { readsFiles } from './minter-loader.ts'
import { substituted } from './substitution.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface DocumentParts {
  env: Readonly<Record<string, string | undefined>>
  report: (fault: ConfigFault) => void
}

/** The document, or `undefined` with the faults reported. */
export function readDocument(file: string, parts: DocumentParts): Fields | undefined {
  const text = readConfigFile(file)
  if ('fault' in text) return refuse(parts, `the file ${text.fault}`)
  const json = parseConfigJson(text.value)
  if ('fault' in json) return refuse(parts, `the file ${json.fault}`)
  const document = json.value
  if (!isFields(document)) return refuse(parts, 'the file holds no JSON object')
  const isWatched = ([first, name = '', third, , ...more]: readonly string[]): boolean =>
    first === 'audiences' && third === 'options' && more.length === 0 && isOwn(document, name)
  const pathOf = (path: string): string => resolve(dirname(file), path)
  const filled = substituted(document, { ...parts, pathOf, isWatched })
  return isFields(filled) ? filled : undefined
}

function isOwn({ audiences }: Fields, name: string): boolean {
  const audience = isFields(audiences) ? audiences[name] : undefined
  return isFields(audience) && readsFiles(audience.use)
}

function refuse({ report }: DocumentParts, fault: string): undefined {
  report({ field: '', fault })
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
