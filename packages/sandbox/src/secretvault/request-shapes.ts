/** The bodies a seed-era node takes, one shape per route. */
import { z } from 'zod/v3'
import type { JsonObject } from './coercion.ts'
import type { VariableTemplate } from './query-variables.ts'

const MAX_RECORDS = 10_000
const DID_NIL = /^did:nil:(mainnet|testnet):nillion1[a-z0-9]{38}$/
const DID_MESSAGE = 'Invalid NilDid format. Must match did:nil:(mainnet|testnet):nillion1[38 chars]'

/** What a shape reads a body into. */
type Shape<Body> = z.ZodType<Body, z.ZodTypeDef, unknown>

const uuid = z
  .string()
  .uuid()
  .transform((text) => text.toLowerCase())
const did = z.custom<string>((value) => typeof value === 'string' && DID_NIL.test(value), {
  message: DID_MESSAGE,
})
const jsonObject = z.record(z.string(), z.unknown())
const primitive = z.enum(['string', 'number', 'boolean', 'date'])

export const registration: Shape<{ did: string; publicKey: string; name: string }> = z.object({
  did,
  publicKey: z.string().length(66),
  name: z.string(),
})

export const removal: Shape<{ id: string }> = z.object({ id: did })

export const byId: Shape<{ id: string }> = z.object({ id: uuid })

export const newSchema: Shape<{ _id: string; name: string; schema: JsonObject }> = z.object({
  _id: uuid,
  name: z.string().min(1),
  schema: jsonObject,
})

/** nilDB 0.4 asks for the keys of an index too. */
export const newSchemaV04: typeof newSchema = z.object({
  _id: uuid,
  name: z.string().min(1),
  keys: z.array(z.string()),
  schema: jsonObject,
})

const direction = z.union([z.literal(1), z.literal(-1)])

export const newSchemaIndex: Shape<object> = z.object({
  name: z.string().min(4),
  keys: z.array(z.record(z.string(), direction)),
  unique: z.boolean(),
  ttl: z.number().optional(),
})

export const newRecords: Shape<{ schema: string; data: JsonObject[] }> = z.object({
  schema: uuid,
  data: z.array(jsonObject).refine((records) => isBetween(records.length, 1, MAX_RECORDS), {
    message: `Length must be non zero and lte ${MAX_RECORDS}`,
  }),
})

export const recordFilter: Shape<{ schema: string; filter: JsonObject }> = z.object({
  schema: uuid,
  filter: jsonObject,
})

export const nonEmptyFilter: Shape<{ schema: string; filter: JsonObject }> = z.object({
  schema: uuid,
  filter: jsonObject.refine((filter) => Object.keys(filter).length > 0, {
    message: 'Filter cannot be empty',
  }),
})

export const recordUpdate: Shape<{ schema: string; filter: JsonObject; update: JsonObject }> =
  z.object({ schema: uuid, filter: jsonObject, update: jsonObject })

export const bySchema: Shape<{ schema: string }> = z.object({ schema: uuid })

const variable: Shape<VariableTemplate> = z.union([
  z.object({ type: primitive, description: z.string() }),
  z.object({
    type: z.enum(['array']),
    description: z.string(),
    items: z.object({ type: primitive }),
  }),
])

export interface NewQuery {
  _id: string
  name: string
  schema: string
  variables: Record<string, VariableTemplate>
  pipeline: JsonObject[]
}

export const newQuery: Shape<NewQuery> = z.object({
  _id: uuid,
  name: z.string(),
  schema: uuid,
  variables: z.record(z.string(), variable),
  pipeline: z.array(jsonObject),
})

export const queryRun: Shape<{ id: string; variables: JsonObject }> = z.object({
  id: uuid,
  variables: jsonObject,
})

function isBetween(value: number, least: number, most: number): boolean {
  return value >= least && value <= most
}
