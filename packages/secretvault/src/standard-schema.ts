/** What a record is checked by: Standard Schema (version 1), which zod, valibot, arktype and others have. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { getDotPath } from '@standard-schema/utils'

export type StandardSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>

/** What a schema takes. */
export type InputOf<S extends StandardSchema> = StandardSchemaV1.InferInput<S>

/** What a schema gives. */
export type OutputOf<S extends StandardSchema> = StandardSchemaV1.InferOutput<S>

export type StandardIssue = StandardSchemaV1.Issue
export type StandardResult<Output> = StandardSchemaV1.Result<Output>

/** Where an issue is, as `list.0.name`; empty for the record itself. */
export function pathOf(issue: StandardIssue): string {
  return getDotPath(issue) ?? ''
}
