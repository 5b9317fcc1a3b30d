/** The public shapes of what nodes keep beside records: schemas, queries. */
import type { NodeOutcome, NodeRef } from './vault-error.ts'

/** A schema (today's nodes: a collection), as the nodes hold it. */
export interface SchemaInfo {
  _id: string
  name: string
  /** Today's lists do not tell it. */
  schema: unknown
  /** Of today's nodes: whose the records are, the builder's or users'. */
  type?: 'standard' | 'owned'
}

export interface NewSchema {
  /** A UUID; made up where missing. */
  _id?: string
  name: string
  /** JSON Schema of a list of records. A secret field is an object with the field `%share`. */
  schema: Readonly<Record<string, unknown>>
  /** `owned`: its records belong to users. Today's nodes only. @default 'standard' */
  type?: 'standard' | 'owned'
}

/** A stored aggregation, as the nodes hold it. */
export interface QueryInfo {
  _id: string
  name: string
  schema: string
  /** Today's lists tell neither variables nor pipeline. */
  variables: unknown
  pipeline: unknown
}

/** What is put into a pipeline when it runs. */
export interface QueryVariable {
  /** `string`, `number`, `boolean`, `date` or `array`. Seed-era nodes check it. @default 'string' */
  type?: string
  description?: string
  /** Where it goes, in place of a `##name`: `$.pipeline[0].$match.service`. */
  path?: string
}

export interface NewQuery {
  /** A UUID; made up where missing. */
  _id?: string
  name: string
  /** Id of the schema whose records it reads. */
  schema: string
  /**
   * Each `##name` in the pipeline is replaced by the variable of that name. Today's nodes replace one place
   * per variable, and it must be a whole value.
   */
  variables?: Readonly<Record<string, QueryVariable>>
  pipeline: readonly Readonly<Record<string, unknown>>[]
}

export interface DefinitionResult {
  id: string
  nodes: readonly NodeOutcome[]
}

export interface ListResult<T> {
  /** What every node that answered holds, as the first of them tells it. */
  items: T[]
  /** Held by some of the nodes that answered, with those that do not have it. */
  incomplete: { item: T; missingFrom: readonly NodeRef[] }[]
  missing: readonly NodeOutcome[]
  nodes: readonly NodeOutcome[]
}
