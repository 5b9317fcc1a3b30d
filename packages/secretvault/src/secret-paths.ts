/** Finds the secrets in what is written, by their marks and by the paths that are declared secret. */
import type { SecretModes, ShareMode } from './types.ts'
import { VaultError } from './vault-error.ts'

export const MARK = '%allot'
export const SHARE = '%share'

const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1
/** blindfold's limit of 4096 bytes, less the one that says the type. */
const MAX_TEXT_BYTES = 4095

/** What nodes' databases take; an object within itself has no bottom. */
export const MAX_DEPTH = 100

/** The first steps tell enough of a path without end. */
export function tooDeep(path: string): string {
  return `${path.split('.').slice(0, 3).join('.')} … goes deeper than ${MAX_DEPTH} levels`
}

/** A secret in its place in the copy, to be replaced by its shares. */
export interface FoundSecret {
  mark: { [MARK]: unknown }
  mode: ShareMode
}

export interface Marked {
  /** A copy as JSON would make it. */
  json: unknown
  secrets: readonly FoundSecret[]
}

/** @throws {VaultError} `invalid_argument`, naming the path of what cannot be shared or stored. */
export function findSecrets(value: unknown, modes: SecretModes): Marked {
  const secrets: FoundSecret[] = []
  return { json: copy(value, '', 0), secrets }

  function copy(item: unknown, path: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw invalid(tooDeep(path))
    const mode = modeAt(path, modes)
    if (mode !== undefined && isSecretValue(item)) return take(item, path, mode)
    if (typeof item === 'bigint') return smallest(item, path)
    // What is declared secret never goes out in the clear, whatever it is.
    if (mode !== undefined && typeof item === 'boolean') throw unshareable(path)
    if (typeof item !== 'object' || item === null) return item
    if ('toJSON' in item && typeof item.toJSON === 'function')
      return copy(item.toJSON(), path, depth + 1)
    if (Array.isArray(item))
      return item.map((each, i) => copy(each ?? null, `${path}[${i}]`, depth + 1))
    if (SHARE in item)
      throw invalid(`${at(path)} holds ${SHARE}; mark secrets with ${MARK} instead`)
    if (MARK in item) {
      if (Object.keys(item).length > 1)
        throw invalid(`The ${MARK} of ${at(path)} has fields beside it`)
      return take(item[MARK], path, mode ?? 'store')
    }
    if (mode !== undefined && !isModifier(item)) throw unshareable(path)
    return Object.fromEntries(
      Object.entries(item)
        .filter(([, each]) => each !== undefined && typeof each !== 'function')
        .map(([key, each]) => [key, copy(each, path ? `${path}.${key}` : key, depth + 1)]),
    )
  }

  function take(plaintext: unknown, path: string, mode: ShareMode): { [MARK]: unknown } {
    const mark = { [MARK]: checkSecret(plaintext, path, mode) }
    secrets.push({ mark, mode })
    return mark
  }
}

/** What `$push` can be told beside the values. */
const PUSH_RULES = /\.\$(position|slice|sort)(\.|$)/

/** The mode declared for a path: list positions and update operators are no part of it. */
export function modeAt(path: string, modes: SecretModes): ShareMode | undefined {
  if (PUSH_RULES.test(path)) return undefined
  const plain = path
    .replaceAll(/\[\d+\]/g, '')
    .split('.')
    .filter((step) => !step.startsWith('$') && !/^\d+$/.test(step))
    .join('.')
  return Object.hasOwn(modes, plain) ? modes[plain] : undefined
}

/** The secret as it is shared. @throws {VaultError} `invalid_argument` if it cannot be. */
export function checkSecret(given: unknown, path: string, mode: ShareMode): string | number {
  const value = typeof given === 'bigint' ? Number(given) : given
  if (typeof value === 'string' && mode !== 'sum') {
    if (new TextEncoder().encode(value).length <= MAX_TEXT_BYTES) return value
    throw invalid(`The ${MARK} of ${at(path)} is longer than ${MAX_TEXT_BYTES} bytes`)
  }
  if (typeof value !== 'number') {
    const wanted = mode === 'sum' ? 'is not a number' : 'is neither text nor number'
    throw invalid(`The ${MARK} of ${at(path)} ${wanted}`)
  }
  if (Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX) return value
  throw invalid(
    `The ${MARK} of ${at(path)} is not a whole number from ${INT32_MIN} to ${INT32_MAX}`,
  )
}

function isSecretValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
}

/** `{ $each: […] }`, whose values are looked at in their turn. */
function isModifier(item: object): boolean {
  const keys = Object.keys(item)
  return keys.length > 0 && keys.every((key) => key.startsWith('$'))
}

/** Whether shares, or what is to become shares, stand in a value or beneath it. */
export function mentionsSecret(value: unknown, path: string, modes: SecretModes): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (MARK in value || SHARE in value) return true
  return Object.entries(value).some(([key, item]) => {
    const at = `${path}.${key}`
    const isOperator = key.startsWith('$') || Array.isArray(value)
    return (!isOperator && modeAt(at, modes) !== undefined) || mentionsSecret(item, at, modes)
  })
}

function smallest(value: bigint, path: string): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw invalid(`${at(path)} is a bigint beyond what JSON holds`)
}

function unshareable(path: string): VaultError {
  return invalid(`${at(path)} is declared secret and is neither text nor number`)
}

const at = (path: string): string => (path === '' ? 'The value' : path)

function invalid(message: string): VaultError {
  return new VaultError('invalid_argument', message)
}
