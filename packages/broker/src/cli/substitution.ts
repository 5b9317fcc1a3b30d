/** Puts in what a configuration takes from elsewhere: environment variables, secrets in files. */
import type { ConfigFault } from '../config-error.ts'
import { readConfigFile } from '../config-file.ts'

export interface SubstitutionParts {
  env: Readonly<Record<string, string | undefined>>
  /** Makes a path of the configuration absolute. */
  pathOf: (path: string) => string
  /** True for a place whose `{ "file": … }` is looked after by a minter, which reads it again when it changes. */
  isWatched: (path: readonly string[]) => boolean
  report: (fault: ConfigFault) => void
}

const VARIABLE = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g

/**
 * A copy of `value` with `${NAME}` and `${NAME:-default}` filled in (`$${` stands for a plain `${`), and the
 * text of the file, without white space around it, in place of `{ "file": "path" }`.
 */
export function substituted(
  value: unknown,
  parts: SubstitutionParts,
  path: readonly string[] = [],
): unknown {
  if (typeof value === 'string') return withVariables(value, parts, path)
  if (Array.isArray(value))
    return value.map((item, index) => substituted(item, parts, [...path, String(index)]))
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, substituted(item, parts, [...path, name])]),
  )
  return isFileReference(copy) ? fileIn(copy, parts, path) : copy
}

function isFileReference(value: object): value is { file: string } {
  return Object.keys(value).join() === 'file' && typeof Reflect.get(value, 'file') === 'string'
}

function fileIn(
  { file }: { file: string },
  { pathOf, isWatched, report }: SubstitutionParts,
  path: readonly string[],
): unknown {
  const absolute = pathOf(file)
  if (isWatched(path)) return { file: absolute }
  const text = readConfigFile(absolute)
  if ('value' in text) return text.value.trim()
  report({ field: fieldOf(path), fault: `the file ${file} ${text.fault}` })
  return undefined
}

function withVariables(
  text: string,
  { env, report }: SubstitutionParts,
  path: readonly string[],
): string {
  return text.replace(
    VARIABLE,
    (whole, name: string | undefined, otherwise: string | undefined) => {
      if (name === undefined) return '${'
      const value = env[name] ?? otherwise
      if (value !== undefined) return value
      const fault = `needs the environment variable ${name}, which is not set`
      report({ field: fieldOf(path), fault })
      return whole
    },
  )
}

/** As messages name it: `audiences.cards.allow[0]`. */
function fieldOf(path: readonly string[]): string {
  return path.reduce((field, name) => {
    if (/^\d+$/.test(name)) return `${field}[${name}]`
    return field === '' ? name : `${field}.${name}`
  }, '')
}
