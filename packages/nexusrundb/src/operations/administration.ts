/** Pings, renames buckets, changes permissions, tells of access keys. */
import { usualGrants, usualInformation } from '../answer.ts'
import { bodyOf, checkBucketId } from '../limits.ts'
import type { AnyBuckets } from '../types.ts'
import type { Vault } from '../vault-context.ts'
import type { NexusRunDb } from '../vault-types.ts'
import { isFull, pageQuery } from './listing.ts'

type Administration = Pick<
  NexusRunDb<AnyBuckets>,
  'ping' | 'renameBucket' | 'permissions' | 'accessKey'
>

export function createAdministration(vault: Vault): Administration {
  return {
    async ping(options) {
      await vault.carryOut({ route: 'ping', places: {} }, options)
    },
    async renameBucket(bucket, newBucket, options) {
      checkBucketId(newBucket)
      const body = bodyOf({ [vault.api.newIdField]: newBucket })
      const places = { bucket }
      await vault.carryOut({ route: 'renameBucket', places, body, badRequest: 'conflict' }, options)
    },
    permissions: {
      async list(bucket, options = {}) {
        const { page, pageSize, query } = pageQuery(vault, options)
        const call = { route: 'listPermissions', places: { bucket }, query } as const
        const permissions = await vault.run({ ...call, parse: usualGrants }, options)
        return { permissions, page, mayHaveMore: isFull(permissions, pageSize) }
      },
      async add(bucket, { accessKey, permission }, options) {
        const places = { bucket, accessKey, permission }
        await vault.carryOut({ route: 'addPermission', places }, options)
      },
      async remove(bucket, { accessKey, permission }, options) {
        const places = { bucket, accessKey, permission }
        await vault.carryOut({ route: 'removePermission', places }, options)
      },
    },
    async accessKey(accessKey, options) {
      const parse = usualInformation
      return vault.run({ route: 'accessKey', places: { accessKey }, parse }, options)
    },
  }
}
