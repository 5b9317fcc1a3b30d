/** Turns the strings of a filter into the types the database holds, where `$coerce` says so. */
import { parseUuid } from './uuid.ts'

export type JsonObject = Record<string, unknown>

/** What every document has, and what is therefore coerced without being asked for. */
const BASE_COERCIONS = { _id: 'uuid', _created: 'date', _updated: 'date' }

/**
 * Coerces `{ field: value }` and `{ field: { $in: [values] } }` at the top level of a filter or an update.
 * Nothing deeper is looked at, `{ _id: { $eq: … } }` and `{ $set: … }` included: so does the real node.
 */
export function applyCoercions(source: JsonObject): JsonObject {
  const { $coerce, ...values } = source
  const asked = isObject($coerce) ? $coerce : {}
  for (const [field, type] of Object.entries({ ...asked, ...BASE_COERCIONS })) {
    if (values[field]) values[field] = coerceField(values[field], String(type))
  }
  return values
}

function coerceField(value: unknown, type: string): unknown {
  if (!isObject(value)) return coerceValue(value, type)
  const entries = Object.entries(value).map(([operator, operand]) =>
    operator.startsWith('$') && Array.isArray(operand)
      ? [operator, operand.map((item) => coerceValue(item, type))]
      : [operator, operand],
  )
  return Object.fromEntries(entries)
}

function coerceValue(value: unknown, type: string): unknown {
  if (typeof value !== 'string') return value
  if (type.toLowerCase() === 'uuid') return parseUuid(value)
  if (type.toLowerCase() === 'date') return new Date(value)
  return value
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
