/** The part of Standard Schema (version 1) that a bucket is typed by: zod, valibot, arktype and others have it. */

export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

type TypesOf<S extends StandardSchema> = NonNullable<S['~standard']['types']>

/** What a schema takes. */
export type InputOf<S extends StandardSchema> = TypesOf<S>['input']

/** What a schema gives. */
export type OutputOf<S extends StandardSchema> = TypesOf<S>['output']

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
      issues.map((issue) => [i, ...pathOf(issue)].join('.')),
    ),
  }
}

function pathOf({ path = [] }: StandardIssue): readonly string[] {
  return path.map((step) => String(typeof step === 'object' ? step.key : step))
}
