/** Validates records against an organization's JSON Schema, coercing strings where the schema asks for it. */
import { Ajv, type AnySchemaObject } from 'ajv'
import type { DataValidationCxt } from 'ajv/dist/types/index.js'
import addFormats from 'ajv-formats'
import { NodeError } from './errors.ts'
import { isUuid, parseUuid } from './uuid.ts'

/** What the node answers to data, or to a schema, that is wrong. */
export type Refusal = (issues: string[]) => NodeError

/** Throws the refusal; on success the data has been coerced in place. */
export type RecordValidator = (records: unknown) => void

/** The value the database holds for a text, or undefined where the text cannot be read. */
const COERCERS: Record<string, (text: string) => unknown> = {
  'date-time': (text) => (Number.isNaN(Date.parse(text)) ? undefined : new Date(text)),
  // The format also admits a `urn:uuid:` prefix, which the coercion refuses.
  uuid: (text) => (isUuid(text) ? parseUuid(text) : undefined),
  numeric: (text) => (text === '' ? undefined : Number(text)),
}

/** @throws the refusal where the schema itself cannot be compiled. */
export function createRecordValidator(schema: object, refuse: Refusal): RecordValidator {
  const validate = compile(schema, refuse)
  return (records) => {
    if (validate(records)) return
    const issues = validate.errors ?? []
    throw refuse(
      issues.map(({ instancePath, message }) => `${instancePath}: ${message ?? 'Unknown error'}`),
    )
  }
}

function compile(schema: object, refuse: Refusal): ReturnType<Ajv['compile']> {
  // It would tell the console of what it merely finds odd.
  const ajv = new Ajv({ logger: false })
  addFormats(ajv)
  ajv.addFormat('numeric', {
    type: 'string',
    validate: (text: string) => Number.isFinite(Number(text)),
  })
  ajv.addKeyword({
    keyword: 'coerce',
    type: 'string',
    modifying: true,
    compile: (_value: unknown, parent: AnySchemaObject) => createCoercion(parent['format'], refuse),
  })
  try {
    return ajv.compile(schema)
  } catch (error) {
    if (error instanceof NodeError) throw error
    throw refuse(error instanceof Error ? [error.message] : [])
  }
}

function createCoercion(format: unknown, refuse: Refusal) {
  if (typeof format !== 'string') throw refuse(['Coerce keyword requires format to be specified'])
  const coerce = COERCERS[format]
  if (!coerce) throw refuse([`Unsupported format for coercion: ${format}`])
  return (text: string, context?: DataValidationCxt): boolean => {
    const value = coerce(text)
    if (!context || value === undefined) return false
    context.parentData[context.parentDataProperty] = value
    return true
  }
}
