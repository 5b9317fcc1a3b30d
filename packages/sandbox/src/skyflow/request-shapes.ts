/** The bodies and queries that the vault's routes take. */
import { z } from 'zod'
import { invalidRequest } from './errors.ts'
import type { Redaction } from './schema.ts'

/** What a shape reads an input into. */
type Shape<Input> = z.ZodType<Input>

const fields = z.record(z.string(), z.unknown())
const tokens = z.record(z.string(), z.string())
const byot = z.enum(['DISABLE', 'ENABLE', 'ENABLE_STRICT'])
const redaction = z.enum(['DEFAULT', 'REDACTED', 'MASKED', 'PLAIN_TEXT'])
const list = <Item extends z.ZodType>(item: Item) => z.array(item).min(1, 'is empty')

export interface Draft {
  fields: Record<string, unknown>
  /** Tokens that the caller brings itself, by column. */
  tokens?: Record<string, string> | undefined
}

/** Whether a caller may bring tokens of its own ("bring your own token"). */
export type Byot = 'DISABLE' | 'ENABLE' | 'ENABLE_STRICT'

const draft: Shape<Draft> = z.object({ fields, tokens: tokens.nullish().transform(undefinedOf) })

export interface Insertion {
  records: Draft[]
  tokenization?: boolean | undefined
  upsert?: string | undefined
  byot?: Byot | undefined
}

export const insertion: Shape<Insertion> = z.object({
  records: list(draft),
  tokenization: z.boolean().optional(),
  upsert: z.string().optional(),
  byot: byot.optional(),
})

export interface Update {
  record: Draft
  tokenization?: boolean | undefined
  byot?: Byot | undefined
}

export const update: Shape<Update> = z.object({
  record: draft,
  tokenization: z.boolean().optional(),
  byot: byot.optional(),
})

export const removal: Shape<{ skyflow_ids: string[] }> = z.object({
  skyflow_ids: list(z.string()),
})

export interface Detokenization {
  detokenizationParameters: { token: string; redaction?: Redaction | undefined }[]
  continueOnError?: boolean | undefined
}

export const detokenization: Shape<Detokenization> = z.object({
  detokenizationParameters: list(z.object({ token: z.string(), redaction: redaction.optional() })),
  continueOnError: z.boolean().optional(),
})

export interface Tokenization {
  tokenizationParameters: { value: string; columnGroup: string }[]
}

export const tokenization: Shape<Tokenization> = z.object({
  tokenizationParameters: list(z.object({ value: z.string(), columnGroup: z.string() })),
})

export interface BatchRecord {
  method: 'POST' | 'PUT' | 'GET' | 'DELETE'
  tableName: string
  fields?: Record<string, unknown> | undefined
  tokens?: Record<string, string> | undefined
  ID?: string | undefined
  redaction?: Redaction | undefined
  tokenization?: boolean | undefined
  upsert?: string | undefined
}

export interface Batch {
  records: BatchRecord[]
  continueOnError?: boolean | undefined
  byot?: Byot | undefined
}

export const batch: Shape<Batch> = z.object({
  records: list(
    z.object({
      method: z.enum(['POST', 'PUT', 'GET', 'DELETE']),
      tableName: z.string(),
      fields: fields.optional(),
      tokens: tokens.nullish().transform(undefinedOf),
      ID: z.string().optional(),
      redaction: redaction.optional(),
      tokenization: z.boolean().optional(),
      upsert: z.string().optional(),
    }),
  ),
  continueOnError: z.boolean().optional(),
  byot: byot.optional(),
})

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const count = z
  .string()
  .regex(/^\d{1,9}$/, 'is no whole number')
  .transform(Number)

export interface Listing {
  skyflow_ids: string[]
  column_name?: string | undefined
  column_values: string[]
  fields: string[]
  redaction?: Redaction | undefined
  tokenization?: boolean | undefined
  downloadURL?: boolean | undefined
  offset?: number | undefined
  limit?: number | undefined
  order_by?: 'ASCENDING' | 'DESCENDING' | 'NONE' | undefined
}

const listing: Shape<Listing> = z.object({
  skyflow_ids: z.array(z.string()),
  column_name: z.string().optional(),
  column_values: z.array(z.string()),
  fields: z.array(z.string()),
  redaction: redaction.optional(),
  tokenization: flag.optional(),
  downloadURL: flag.optional(),
  offset: count.optional(),
  limit: count.optional(),
  order_by: z.enum(['ASCENDING', 'DESCENDING', 'NONE']).optional(),
})

const LISTS = new Set(['skyflow_ids', 'column_values', 'fields'])

/** Members it does not know are ignored, as the vendor's clients send some that no document names. */
export function read<Input>(input: unknown, shape: Shape<Input>): Input {
  const result = shape.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalidRequest(`${issue?.path.join('.') || 'The body'}: ${issue?.message}.`)
}

/** An empty parameter counts as one that is not there. */
export function readListing(query: URLSearchParams): Listing {
  const single = [...query].filter(([name, value]) => !LISTS.has(name) && value !== '')
  const lists = [...LISTS].map((name) => [name, query.getAll(name).filter(Boolean)])
  return read({ ...Object.fromEntries(single), ...Object.fromEntries(lists) }, listing)
}

/** @throws {SkyflowError} 400 for a text that is none. */
export function redactionOf(text: unknown): Redaction {
  return read(text, redaction)
}

function undefinedOf<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined
}
