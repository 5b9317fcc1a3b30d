/** Turns the strings of a filter into the types the database holds, by today's rules. */
import cloneDeep from 'es-toolkit/compat/cloneDeep'
import get from 'es-toolkit/compat/get'
import set from 'es-toolkit/compat/set'
import { z } from 'zod'
import { isObject, type JsonObject } from '../coercion.ts'
import { parseUuid } from '../uuid.ts'
import { invalidData } from './errors.ts'

const COERCERS: Record<string, z.ZodType> = {
  string: z.coerce.string(),
  number: z.coerce.number(),
  boolean: z.coerce.boolean(),
  date: z.coerce.date(),
  uuid: z.uuid().transform(parseUuid),
}

/**
 * Coerces what `$coerce` names by path, `{ "_id.$in": "uuid", "$set.at": "date" }`, one value or the members
 * of an array. `_id` is coerced unasked where it is text, `_created` and `_updated` wherever they are: an
 * operator in their place, `{ _created: { $gt: … } }`, is therefore refused, as on the real node.
 */
export function applyCoercions(source: JsonObject): JsonObject {
  const { $coerce, ...values } = source
  const { _id: _, ...asked } = isObject($coerce) ? $coerce : {}
  const result = cloneDeep(values)
  const coercions = {
    ...asked,
    _created: 'date',
    _updated: 'date',
    ...(typeof values['_id'] === 'string' && { _id: 'uuid' }),
  }
  for (const [path, type] of Object.entries(coercions)) coerceAt(result, path, String(type))
  return result
}

/** Of the variables of a query run: those alone that `$coerce` names. */
export function coerceNamed(source: JsonObject): JsonObject {
  const { $coerce, ...values } = source
  const result = cloneDeep(values)
  for (const [path, type] of Object.entries(isObject($coerce) ? $coerce : {}))
    coerceAt(result, path, String(type))
  return result
}

function coerceAt(target: JsonObject, path: string, type: string): void {
  const value: unknown = get(target, path)
  if (value === undefined) return
  const coercer = COERCERS[type]
  // The real node trips over a type it does not know, and answers 500.
  if (!coercer) throw new TypeError(`There is no coercion to ${type}`)
  set(
    target,
    path,
    Array.isArray(value) ? value.map((item) => coerce(item, coercer)) : coerce(value, coercer),
  )
}

function coerce(value: unknown, coercer: z.ZodType): unknown {
  const result = coercer.safeParse(value)
  if (!result.success) throw invalidData(result.error.issues.map(({ message }) => message))
  return result.data
}
