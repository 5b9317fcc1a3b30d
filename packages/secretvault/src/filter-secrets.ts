/** Turns what a filter asks of secret fields into what nodes hold of them, or refuses it. */
import type { Sharing } from './sharing.ts'
import { MARK, modeAt, SHARE } from './secret-paths.ts'
import type { Filter, SecretModes } from './types.ts'
import { VaultError } from './vault-error.ts'

const COMPARISONS = ['$eq', '$ne', '$in', '$nin']

export interface FilterContext {
  sharing: Sharing
  modes: SecretModes
}

/**
 * A share is another text on each node, so a filter on it would fit nothing, in silence. Only a secret shared
 * as `match` is the same everywhere.
 *
 * @throws {VaultError} `invalid_argument` for any other secret.
 */
export async function filterFor(filter: Filter, context: FilterContext): Promise<Filter> {
  const entries = await Promise.all(
    Object.entries(filter).map(([key, value]) => entryFor(key, value, context)),
  )
  return Object.fromEntries(entries)
}

async function entryFor(
  key: string,
  value: unknown,
  context: FilterContext,
): Promise<readonly [string, unknown]> {
  if (key.startsWith('$') && Array.isArray(value))
    return [key, await Promise.all(value.map((each) => nested(each, context)))]
  if (key.split('.').includes(SHARE)) throw unsearchable()
  const mode = modeAt(key, context.modes)
  if (mode === 'match') return [`${key}.${SHARE}`, await hashed(value, key, context)]
  const asksForSecret = /%(allot|share)"/.test(JSON.stringify(value ?? null))
  if (asksForSecret || (mode !== undefined && !isPresence(value))) throw unsearchable()
  return [key, value]
}

function nested(value: unknown, context: FilterContext): unknown {
  return isObject(value) ? filterFor(value, context) : value
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
  return new VaultError(
    'invalid_argument',
    'A filter cannot look into secret fields, but for those shared as match',
  )
}
