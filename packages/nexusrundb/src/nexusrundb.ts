/** The vault client: one object for all operations on one database. */
import type { BrokerShape } from '@valetkey/client'
import { createAdministration } from './operations/administration.ts'
import { createKeyOperations } from './operations/keys.ts'
import { createListing } from './operations/listing.ts'
import type { BucketSchemas, InputOf, OutputOf } from './standard-schema.ts'
import type { AnyBuckets } from './types.ts'
import { createVault, type NexusRunDbOptions } from './vault-context.ts'
import type { NexusRunDb } from './vault-types.ts'

/** A vault client whose buckets are typed by their schemas. */
export type CheckedNexusRunDb<S extends BucketSchemas> = NexusRunDb<
  { [K in keyof S]: OutputOf<S[K]> },
  { [K in keyof S]: InputOf<S[K]> }
>

export interface BucketsOption<S extends BucketSchemas> {
  /**
   * A Standard Schema (zod, valibot, arktype …) for each bucket: types its values, checks them before they are
   * written and after they were read. Without it name the buckets as a type: `createNexusRunDb<{ notes: Note }>`.
   */
  buckets: S
}

/**
 * Creates the vault client. Tokens come and stay in `client`; where the broker proxies the audience, the
 * calls go through it. Name the buckets by `buckets`, or as a type.
 *
 * Every operation throws `NexusRunDbError`; `TokenError` if no token can be had; the platform's `AbortError`
 * for a caller who gives up.
 *
 * @throws {NexusRunDbError} `config` for an option that cannot work.
 * @example
 * ```ts
 * const db = createNexusRunDb<{ notes: Note }>({ client: tokens, audience: 'notes' })
 * await db.write('notes', { key: 'one', value: { text: 'Buy milk' } })
 * for await (const key of db.keys('notes', { filter: { prefix: 'o' } })) console.log(key)
 * ```
 */
export function createNexusRunDb<S extends BucketSchemas, B extends BrokerShape = BrokerShape>(
  options: NexusRunDbOptions<B> & BucketsOption<S>,
): CheckedNexusRunDb<S>
export function createNexusRunDb<
  T extends object = AnyBuckets,
  B extends BrokerShape = BrokerShape,
>(options: NexusRunDbOptions<B>): NexusRunDb<T>
export function createNexusRunDb({
  buckets = {},
  ...options
}: NexusRunDbOptions & Partial<BucketsOption<BucketSchemas>>): NexusRunDb<AnyBuckets> {
  const vault = createVault(options)
  return {
    ...createKeyOperations(vault, buckets),
    ...createListing(vault),
    ...createAdministration(vault),
  }
}
