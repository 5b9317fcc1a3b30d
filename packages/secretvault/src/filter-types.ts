/** Says which texts of a filter are ids or times: nodes compare all others with them in vain, in silence. */
import { isObject } from './answers.ts'
import type { Filter } from './types.ts'
import { VaultError } from './vault-error.ts'

const TYPES: ReadonlyMap<string, 'uuid' | 'date'> = new Map([
  ['_id', 'uuid'],
  ['_created', 'date'],
  ['_updated', 'date'],
])
/** With dashes or without. */
const UUID = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i
const LOGICAL: ReadonlySet<string> = new Set(['$and', '$or', '$nor'])

/**
 * A filter as today's nodes take it: `$coerce` names each place of an id or a time.
 *
 * @throws {VaultError} `invalid_argument` for an id that is no UUID.
 */
export function typedForToday(filter: Filter): Filter {
  checkIds(filter, '')
  const { $coerce, ...asked } = filter
  const fields = withRangesApart(asked)
  const coercions = {
    ...Object.fromEntries(placesIn(fields, '')),
    ...(isObject($coerce) && $coerce),
  }
  return Object.keys(coercions).length === 0 ? fields : { ...fields, $coerce: coercions }
}

/** Nodes take `_created: { $gt: … }` for a time where it stands at the top, and refuse it. */
function withRangesApart(filter: Filter): Filter {
  const isRange = ([key, value]: [string, unknown]): boolean =>
    TYPES.get(key) === 'date' && isOperators(value)
  const entries = Object.entries(filter)
  const ranges = entries.filter(isRange).map(([key, value]) => ({ [key]: value }))
  if (ranges.length === 0) return filter
  const { $and = [], ...rest } = Object.fromEntries(entries.filter((entry) => !isRange(entry)))
  return { ...rest, $and: [...(Array.isArray($and) ? $and : [$and]), ...ranges] }
}

type Place = readonly [path: string, type: string]

function placesIn(filter: Filter, prefix: string): readonly Place[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (LOGICAL.has(key) && Array.isArray(value))
      return value.flatMap((each, i) =>
        isObject(each) ? placesIn(each, `${prefix}${key}[${i}].`) : [],
      )
    const type = TYPES.get(key)
    // At the top, what stands alone is known by itself.
    if (type === undefined || (prefix === '' && isText(value))) return []
    return textsIn(value, prefix + key).map((path): Place => [path, type])
  })
}

/** Where the texts are in what a field is compared with. */
function textsIn(value: unknown, path: string): readonly string[] {
  if (isText(value)) return [path]
  if (Array.isArray(value)) return value.length > 0 && value.every(isText) ? [path] : []
  if (!isOperators(value)) return []
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, `${path}.${key}`))
}

/**
 * A filter as seed-era nodes take it. They know an id or a time at the top alone, and in a list.
 *
 * @throws {VaultError} `unsupported` for one at any other place, `invalid_argument` for an id that is no UUID.
 */
export function typedForSeed(filter: Filter): Filter {
  checkIds(filter, '')
  const entries = Object.entries(filter).map(([key, value]) => {
    const typed = TYPES.has(key) && isOperators(value) ? listed(value) : value
    return [key, typed] as const
  })
  const fields = Object.fromEntries(entries)
  const isKnown = (path: string): boolean =>
    /^[^.]+\.\$[^.]+$/.test(path) && !isSingle(fields, path)
  const unknown = placesIn(fields, '').find(([path]) => !isKnown(path))
  if (unknown === undefined) return fields
  throw new VaultError(
    'unsupported',
    `Seed-era nodes cannot compare ${unknown[0]}: ids and times stand at the top of a filter, alone or in a list`,
  )
}

/** The same comparison with a list of one. */
function listed(operators: Filter): Filter {
  const { $eq, $ne, ...rest } = operators
  if (('$eq' in operators && '$in' in rest) || ('$ne' in operators && '$nin' in rest))
    return operators
  return {
    ...rest,
    ...('$eq' in operators && { $in: [$eq] }),
    ...('$ne' in operators && { $nin: [$ne] }),
  }
}

function isSingle(filter: Filter, path: string): boolean {
  const [key = '', operator = ''] = path.split('.')
  const operators = filter[key]
  return isObject(operators) && !Array.isArray(operators[operator])
}

/** Seed-era nodes answer 500 to an id that is none. */
function checkIds(filter: Filter, prefix: string): void {
  for (const [key, value] of Object.entries(filter)) {
    const path = prefix + key
    if (LOGICAL.has(key) && Array.isArray(value))
      value.forEach((each, i) => isObject(each) && checkIds(each, `${path}[${i}].`))
    if (key === '_id') checkTexts(value, path)
  }
}

function checkTexts(value: unknown, path: string): void {
  if (typeof value === 'string' && !UUID.test(value))
    throw new VaultError('invalid_argument', `The filter's ${path} must be a UUID`)
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value)) checkTexts(each, `${path}.${key}`)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value instanceof Date
}

function isOperators(value: unknown): value is Filter {
  return isObject(value) && Object.keys(value).some((key) => key.startsWith('$'))
}
