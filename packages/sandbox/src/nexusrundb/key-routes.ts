/** Writes, reads, lists, deletes and renames keys. */
import type { Context, Hono } from 'hono'
import { assumed, ASSUMPTION_HEADER, notFound, unauthorized } from './answers.ts'
import { requirePermission } from './authentication.ts'
import type { NexusRunDbEnvironment, NexusRunDbState } from './environment.ts'
import { checkBucketId, checkKeyId } from './limits.ts'
import { pageOf } from './listing.ts'
import { PERMISSIONS, type Permission } from './permissions.ts'
import { newIdIn } from './request-body.ts'
import { type Bucket, renameKey } from './store.ts'

type KeyContext = Context<NexusRunDbEnvironment>

const KEYS = '/databases/:databaseId/buckets/:bucket/keys'
const KEY = `${KEYS}/:key`

export function addKeyRoutes(app: Hono<NexusRunDbEnvironment>, state: NexusRunDbState): void {
  app.post(KEY, async (context) => {
    const { bucket, key } = placeIn(context)
    const { values } = bucketToWrite(context, state, bucket)
    const contentType = context.req.header('content-type') ?? 'application/json'
    values.set(key, { content: new Uint8Array(await context.req.arrayBuffer()), contentType })
    return assumed('write-answer', { key })
  })
  app.get(KEY, (context) => {
    const value = permitted(context, state, 'read_key').values.get(placeIn(context).key)
    if (!value) throw notFound('The key')
    const headers = { 'content-type': value.contentType, [ASSUMPTION_HEADER]: 'read-key' }
    return new Response(value.content, { headers })
  })
  app.delete(KEY, (context) => {
    const { values } = permitted(context, state, 'delete_key')
    const { key } = placeIn(context)
    if (!values.delete(key)) throw notFound('The key')
    return assumed('delete-key', { key })
  })
  app.post(`${KEY}/rename`, async (context) => {
    const bucket = permitted(context, state, 'read_write_key')
    const newId = await newIdIn(context.req)
    checkKeyId(newId)
    renameKey(bucket, placeIn(context).key, newId)
    return assumed('rename-key', { key: newId })
  })
  app.get(KEYS, (context) => {
    const { values } = permitted(context, state, 'list_all_keys')
    const { ids, ...page } = pageOf([...values.keys()], context.req.query())
    return assumed('list-keys', { ...page, keys: ids })
  })
}

/** The ids in the path, as they may be. @throws {NexusRunDbError} 400 */
function placeIn({ req }: KeyContext): { bucket: string; key: string } {
  const { bucket = '', key } = req.param()
  checkBucketId(bucket)
  if (key !== undefined) checkKeyId(key)
  return { bucket, key: key ?? '' }
}

/** @throws {NexusRunDbError} 400, 401, 403, 404 */
function permitted(context: KeyContext, state: NexusRunDbState, wanted: Permission): Bucket {
  const bucket = state.store().get(placeIn(context).bucket)
  requirePermission(context.get('caller'), bucket, wanted)
  return bucket
}

/** How a bucket comes to be is not documented: here by the first write of the Master key or the app's own. */
function bucketToWrite(context: KeyContext, state: NexusRunDbState, id: string): Bucket {
  const caller = context.get('caller')
  const bucket = state.store().find(id)
  if (bucket) {
    requirePermission(caller, bucket, 'read_write_key')
    return bucket
  }
  if (!caller.key) throw unauthorized('A credential is missing')
  const { master, user } = state.keys
  if (caller.key !== master && caller.key !== user) throw notFound('The bucket')
  return state.store().create(id, { [user.id]: PERMISSIONS })
}
