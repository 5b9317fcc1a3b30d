/** Checks the variables of a query run, then puts them into the pipeline where `##name` stands. */
import { z } from 'zod/v3'
import { isObject } from './coercion.ts'
import { dataValidationError, NodeError } from './errors.ts'
import { flattenIssues } from './issues.ts'

export type PrimitiveType = 'string' | 'number' | 'boolean' | 'date'

export type VariableTemplate =
  | { type: PrimitiveType; description: string }
  | { type: 'array'; description: string; items: { type: PrimitiveType } }

const PREFIX = '##'

const PRIMITIVES: Record<PrimitiveType, z.ZodTypeAny> = {
  string: z.string(),
  number: z.number(),
  boolean: z.boolean(),
  date: z.preprocess(
    (value) => (typeof value === 'string' ? new Date(value) : undefined),
    z.date(),
  ),
}

export function readVariables(
  templates: Record<string, VariableTemplate>,
  provided: Record<string, unknown>,
): Record<string, unknown> {
  const expected = Object.keys(templates).length
  const received = Object.keys(provided).length
  if (expected !== received)
    throw dataValidationError([
      'Query execution variables count mismatch',
      `expected=${expected}, received=${received}`,
    ])
  const entries = Object.entries(provided).map(([key, value]) => {
    const template = templates[key]
    // The real node trips over a name it does not know, and answers 500.
    if (!template) throw new Error(`The query has no variable ${key}`)
    return [key, readVariable(key, value, template)]
  })
  return Object.fromEntries(entries)
}

function readVariable(key: string, value: unknown, template: VariableTemplate): unknown {
  if (template.type !== 'array') return readPrimitive(key, value, template.type)
  if (!Array.isArray(value)) throw new TypeError(`The variable ${key} takes an array`)
  return value.map((item) => readPrimitive(key, item, template.items.type))
}

function readPrimitive(key: string, value: unknown, type: PrimitiveType): unknown {
  const result = PRIMITIVES[type].safeParse(value, { path: [key] })
  if (!result.success) throw dataValidationError(flattenIssues(result.error))
  return result.data
}

/** Replaces every string that starts with `##` by the variable it names. */
export function injectVariables(template: unknown, variables: Record<string, unknown>): unknown {
  if (typeof template === 'string' && template.startsWith(PREFIX)) {
    const name = template.split(PREFIX)[1] ?? ''
    if (Object.hasOwn(variables, name)) return variables[name]
    throw new NodeError(400, ['VariableInjectionError', `Missing pipeline variable: ${template}`])
  }
  if (Array.isArray(template)) return template.map((item) => injectVariables(item, variables))
  if (!isObject(template)) return template
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, injectVariables(value, variables)]),
  )
}
