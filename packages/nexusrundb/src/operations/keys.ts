/** Writes, reads, deletes and renames keys. */
import { bodyOf, checkKeyId } from '../limits.ts'
import { NexusRunDbError } from '../nexusrundb-error.ts'
import { type BucketSchemas, checked, type StandardSchema } from '../standard-schema.ts'
import type { AnyBuckets } from '../types.ts'
import type { Vault } from '../vault-context.ts'
import type { NexusRunDb } from '../vault-types.ts'

type KeyOperations = Pick<NexusRunDb<AnyBuckets>, 'write' | 'read' | 'delete' | 'rename'>

export function createKeyOperations(vault: Vault, schemas: BucketSchemas): KeyOperations {
  const schemaOf = (bucket: string): StandardSchema | undefined =>
    Object.hasOwn(schemas, bucket) ? schemas[bucket] : undefined

  return {
    async write(bucket, { key, value }, options) {
      const fitting = await fitted(value, schemaOf(bucket), 'invalid_argument')
      const body = bodyOf(fitting)
      await vault.carryOut({ route: 'write', places: { bucket, key }, body }, options)
    },
    async read(bucket, key, options) {
      const parse = (content: unknown) => (content === undefined ? undefined : { content })
      const { content } = await vault.run(
        { route: 'read', places: { bucket, key }, parse },
        options,
      )
      return fitted(content, schemaOf(bucket), 'malformed_answer')
    },
    async delete(bucket, key, options) {
      await vault.carryOut({ route: 'delete', places: { bucket, key } }, options)
    },
    async rename(bucket, { key, newKey }, options) {
      checkKeyId(newKey)
      const body = bodyOf({ [vault.api.newIdField]: newKey })
      const places = { bucket, key }
      await vault.carryOut({ route: 'renameKey', places, body, badRequest: 'conflict' }, options)
    },
  }
}

/** As the schema gives it. Names the places that do not fit, never what stands there. */
async function fitted(
  value: unknown,
  schema: StandardSchema | undefined,
  code: 'invalid_argument' | 'malformed_answer',
): Promise<unknown> {
  if (schema === undefined) return value
  const { values, misfits } = await checked(schema, [value])
  if (misfits.length === 0) return values[0]
  const places = misfits.map((path) => path.replace(/^0\.?/, '') || 'the value itself')
  throw new NexusRunDbError(
    code,
    `The value does not fit the schema of its bucket at ${places.join(', ')}`,
  )
}
