/** What a bucket is typed by: Standard Schema (version 1), which zod, valibot, arktype and others have. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { getDotPath } from '@standard-schema/utils'

export type StandardSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>

/** What a schema takes. */
export type InputOf<S extends StandardSchema> = StandardSchemaV1.InferInput<S>

/** What a schema gives. */
export type OutputOf<S extends StandardSchema> = StandardSchemaV1.InferOutput<S>

/** Schemas by bucket. */
export type BucketSchemas = Readonly<Record<string, StandardSchema>>

/** The values as the schema gives them, or the paths that do not fit: its own words may quote a value. */
export async function checked(
  schema: StandardSchema,
  values: readonly unknown[],
): Promise<{ values: readonly unknown[]; misfits: readonly string[] }> {
  const results = await Promise.all(
    values.map(async (value) => schema['~standard'].validate(value)),
  )
  return {
    values: results.flatMap((result) => (result.issues ? [] : [result.value])),
    misfits: results.flatMap(({ issues = [] }, i) =>
      issues.map((issue) => [i, getDotPath(issue)].filter((part) => part !== null).join('.')),
    ),
  }
}
