/** Checks the variables of a query run, then puts them where the query's paths point. */
import cloneDeep from 'es-toolkit/compat/cloneDeep'
import set from 'es-toolkit/compat/set'
import type { JsonObject } from '../coercion.ts'
import { coerceNamed } from './coercion.ts'
import { invalidData } from './errors.ts'

export type VariablePaths = Record<string, { path: string }>

/** @throws for a variable that is missing, unknown, or neither text nor number nor boolean nor a list of one. */
export function readVariables(paths: VariablePaths, provided: JsonObject): JsonObject {
  const { $coerce: _, ...values } = provided
  const missing = Object.keys(paths).filter((name) => !Object.hasOwn(values, name))
  const unexpected = Object.keys(values).filter((name) => !Object.hasOwn(paths, name))
  if (missing.length + unexpected.length > 0)
    throw invalidData([
      'Query execution variables mismatch: ',
      ...missing.map((name) => `missing=${name}`),
      ...unexpected.map((name) => `unexpected=${name}`),
    ])
  for (const value of Object.values(values)) checkType(value)
  return coerceNamed(provided)
}

function checkType(value: unknown): void {
  const types = new Set((Array.isArray(value) ? value : [value]).map((item) => typeof item))
  if ([...types].some((type) => !['string', 'number', 'boolean'].includes(type)))
    throw invalidData(['Unsupported value type'])
  if (types.size > 1) throw invalidData(['Unsupported mixed-type array'])
}

/** The pipeline with each variable in its place. */
export function injectVariables(
  pipeline: readonly JsonObject[],
  paths: VariablePaths,
  variables: JsonObject,
): JsonObject[] {
  const filled = cloneDeep([...pipeline])
  for (const [name, value] of Object.entries(variables)) {
    const path = paths[name]?.path.replace('$.pipeline', '') ?? ''
    set(filled, path, value)
  }
  return filled
}
