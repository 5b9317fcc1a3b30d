/** The bodies, queries and parameters that today's API takes, in zod 4: its issues are part of the answers. */
import { z } from 'zod'
import type { JsonObject } from '../coercion.ts'

const MAX_PAGE = 1000

export interface Acl {
  grantee: string
  read: boolean
  write: boolean
  execute: boolean
}

export interface Page {
  limit: number
  offset: number
  sort?: Record<string, 1 | -1> | undefined
}

const uuid = z.uuid()
const jsonObject = z.record(z.string(), z.unknown())
const name = z.string().min(1).max(255)
const direction = z.union([z.literal(1), z.literal(-1)])

const acl: z.ZodType<Acl> = z.object({
  grantee: z.string(),
  read: z.boolean(),
  write: z.boolean(),
  execute: z.boolean(),
})

export const page: z.ZodType<Page> = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).optional().default(MAX_PAGE),
  offset: z.coerce.number().int().min(0).optional().default(0),
  sort: z.record(z.string(), direction).optional(),
})

export const byId: z.ZodType<{ id: string }> = z.object({ id: uuid })

export const newBuilder: z.ZodType<{ did: string; name: string }> = z.object({
  did: z.string(),
  name,
})

export const builderUpdate: z.ZodType<{ name: string }> = z.object({ name })

export interface NewCollection {
  _id: string
  type: 'standard' | 'owned'
  name: string
  schema: JsonObject
}

export const newCollection: z.ZodType<NewCollection> = z.object({
  _id: uuid,
  type: z.union([z.literal('standard'), z.literal('owned')]),
  name: z.string().min(1),
  schema: jsonObject,
})

export interface NewIndex {
  collection: string
  name: string
  keys: Record<string, 1 | -1>[]
  unique: boolean
  /** Seconds. */
  ttl?: number | undefined
}

export const newIndex: z.ZodType<NewIndex> = z.object({
  collection: uuid,
  name: z.string().min(4),
  keys: z.array(
    z
      .record(z.string(), direction)
      .refine(
        (key) => Object.keys(key).length === 1,
        'Each object must have exactly one key: [{ _id: 1 }, { foo: -1 }]',
      ),
  ),
  unique: z.boolean(),
  ttl: z.number().optional(),
})

export const indexByName: z.ZodType<{ id: string; name: string }> = z.object({
  id: uuid,
  name: z.string().min(4).max(50),
})

export interface NewRecords {
  collection: string
  data: JsonObject[]
}

const records = z.array(jsonObject).min(1)

export const newRecords: z.ZodType<NewRecords> = z.object({ collection: uuid, data: records })

export const newOwnedRecords: z.ZodType<NewRecords & { owner: string; acl: Acl }> = z.object({
  owner: z.string(),
  collection: uuid,
  data: records,
  acl,
})

export interface RecordFilter {
  collection: string
  filter: JsonObject
}

export const recordSearch: z.ZodType<RecordFilter & { pagination?: Page | undefined }> = z.object({
  collection: uuid,
  filter: jsonObject,
  pagination: page.optional(),
})

export const recordUpdate: z.ZodType<RecordFilter & { update: JsonObject }> = z.object({
  collection: uuid,
  filter: jsonObject,
  update: jsonObject,
})

export const recordRemoval: z.ZodType<RecordFilter> = z.object({
  collection: uuid,
  filter: jsonObject.refine((filter) => Object.keys(filter).length > 0, 'Filter cannot be empty'),
})

export const tail: z.ZodType<{ limit: number }> = z.object({
  limit: z.coerce.number().max(MAX_PAGE).optional().default(25),
})

/** Where a variable goes: `$.pipeline[0].$match.service`. */
const QUERY_PATH = /^\$(\.[$a-zA-Z][a-zA-Z0-9-_]+(\[\d+])*)+$/

export interface NewQuery {
  _id: string
  name: string
  collection: string
  variables: Record<string, { path: string; description?: string | undefined }>
  pipeline: JsonObject[]
}

export const newQuery: z.ZodType<NewQuery> = z.object({
  _id: uuid,
  name: z.string().min(1).max(100),
  collection: uuid,
  variables: z.record(
    z.string(),
    z.object({ path: z.string().regex(QUERY_PATH), description: z.string().optional() }),
  ),
  pipeline: z.array(jsonObject),
})

export const queryRun: z.ZodType<{ _id: string; variables: JsonObject }> = z.object({
  _id: uuid,
  variables: jsonObject,
})

export interface DocumentName {
  collection: string
  document: string
}

export const documentName: z.ZodType<DocumentName> = z.object({ collection: uuid, document: uuid })

export const documentUpdate: z.ZodType<DocumentName & { update: JsonObject }> = z.object({
  document: uuid,
  collection: uuid,
  update: jsonObject,
})

export const grant: z.ZodType<DocumentName & { acl: Acl }> = z.object({
  collection: uuid,
  document: uuid,
  acl,
})

export const withdrawal: z.ZodType<DocumentName & { grantee: string }> = z.object({
  grantee: z.string(),
  collection: uuid,
  document: uuid,
})

export const revocation: z.ZodType<{ tokenHash: string; expiresAt?: string | undefined }> =
  z.object({ tokenHash: z.string(), expiresAt: z.iso.datetime().optional() })

export const revocationSearch: z.ZodType<{ tokenHashes: string[] }> = z.object({
  tokenHashes: z.array(z.string()),
})

export interface Payment {
  txHash: string
  chainId: number
  payload: { nodePublicKey: string }
}

export const payment: z.ZodType<Payment> = z.object({
  txHash: z.string().regex(/^0x[a-fA-F0-9]{64}$/),
  chainId: z.number().int().positive(),
  payload: z.object({
    nodePublicKey: z.string(),
    payerDid: z.string(),
    amountUnils: z.string(),
    nonce: z.string(),
    timestamp: z.number().int().positive(),
    chainId: z.number().int().positive(),
  }),
})
