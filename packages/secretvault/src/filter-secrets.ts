/** Turns what a filter asks of secret fields into what nodes hold of them, or refuses it. */
import type { Sharing } from './sharing.ts'
import { MARK, MAX_DEPTH, mentionsSecret, modeAt, SHARE, tooDeep } from './secret-paths.ts'
import type { Filter, SecretModes } from './types.ts'
import { VaultError } from './vault-error.ts'

const COMPARISONS = ['$eq', '$ne', '$in', '$nin']
const ELEMENT = '$elemMatch'

export interface FilterContext {
  sharing: Sharing
  modes: SecretModes
}

/**
 * A share is another text on each node, so a filter on it would fit nothing, in silence. Only a secret shared
 * as `match` is the same everywhere.
 *
 * @throws {VaultError} `invalid_argument` for any other secret, and for what JSON would leave out.
 */
export async function filterFor(filter: Filter, context: FilterContext): Promise<Filter> {
  checkWhole(filter, '')
  if (!isObject(filter)) throw invalid('A filter is an object')
  return fieldsFor(filter, '', context)
}

/** JSON drops what is undefined, and the filter would fit more than was meant: every record, at worst. */
function checkWhole(value: unknown, path: string, depth = 0): void {
  if (depth > MAX_DEPTH) throw invalid(`The filter at ${tooDeep(path)}`)
  if (isLost(value))
    throw invalid(
      `The filter${path && ` at ${path}`} holds ${kindOf(value)}, which nodes never get`,
    )
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value))
    checkWhole(each, path ? `${path}.${key}` : key, depth + 1)
}

function isLost(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  if (['undefined', 'function', 'symbol'].includes(typeof value)) return true
  if (value instanceof Date) return Number.isNaN(value.getTime())
  return value instanceof RegExp || value instanceof Map || value instanceof Set
}

function kindOf(value: unknown): string {
  if (value instanceof RegExp) return 'a RegExp ($regex takes its source)'
  return typeof value === 'number' || value instanceof Date ? String(value) : typeof value
}

/** The fields of a filter; `prefix` is the path of the list whose elements they are asked of. */
async function fieldsFor(filter: Filter, prefix: string, context: FilterContext): Promise<Filter> {
  const entries = await Promise.all(
    Object.entries(filter).map(([key, value]) => entryFor([prefix, key], value, context)),
  )
  return Object.fromEntries(entries)
}

async function entryFor(
  [prefix, key]: readonly [string, string],
  value: unknown,
  context: FilterContext,
): Promise<readonly [string, unknown]> {
  if (key.startsWith('$') && Array.isArray(value)) {
    const all = value.map((each) => (isObject(each) ? fieldsFor(each, prefix, context) : each))
    return [key, await Promise.all(all)]
  }
  const path = prefix + key
  const mode = modeAt(path, context.modes)
  if (key.split('.').includes(SHARE)) throw unsearchable()
  if (mode === 'match') return [`${key}.${SHARE}`, await hashed(value, path, context)]
  if (mode !== undefined && !isPresence(value)) throw unsearchable()
  const { [ELEMENT]: element, ...rest } = isObject(value) ? value : {}
  if (mentionsSecret(isObject(element) ? rest : value, path, context.modes)) throw unsearchable()
  if (!isObject(element)) return [key, value]
  return [key, { ...rest, [ELEMENT]: await fieldsFor(element, `${path}.`, context) }]
}

/** The question whether a secret is there at all can be answered. */
function isPresence(value: unknown): boolean {
  return value === null || (isObject(value) && Object.keys(value).every((key) => key === '$exists'))
}

async function hashed(value: unknown, path: string, context: FilterContext): Promise<unknown> {
  if (value === null || isPresence(value)) return value
  if (!isObject(value)) return context.sharing.hash(value, path)
  if (MARK in value) return context.sharing.hash(value[MARK], path)
  const entries = Object.entries(value).map(async ([operator, operand]) => {
    if (!COMPARISONS.includes(operator)) throw unsearchable()
    const hash = (one: unknown) => hashed(one, path, context)
    const all = Array.isArray(operand) ? Promise.all(operand.map(hash)) : hash(operand)
    return [operator, await all] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unsearchable(): VaultError {
  return invalid('A filter cannot look into secret fields, but for those shared as match')
}

function invalid(message: string): VaultError {
  return new VaultError('invalid_argument', message)
}
