/** Shows and renames buckets, changes who may do what in them, tells of access keys. */
import type { Context, Hono } from 'hono'
import { assumed, badRequest, forbidden, notFound, unauthorized } from './answers.ts'
import { requireMaster, requirePermission } from './authentication.ts'
import type { NexusRunDbEnvironment, NexusRunDbState } from './environment.ts'
import { checkBucketId } from './limits.ts'
import { pageOf } from './listing.ts'
import { isPermission, PERMISSIONS, type Permission, PUBLIC } from './permissions.ts'
import { newIdIn } from './request-body.ts'

const DATABASE = '/databases/:databaseId'
const BUCKET = `${DATABASE}/buckets/:bucket`
const PERMISSION = `${BUCKET}/permissions/:permission/:accessKey`

export function addBucketRoutes(app: Hono<NexusRunDbEnvironment>, state: NexusRunDbState): void {
  app.get(BUCKET, (context) => {
    const id = context.req.param('bucket')
    const bucket = state.store().get(id)
    requirePermission(context.get('caller'), bucket, 'bucket_info')
    return assumed('bucket-information', { bucket: id, keys: bucket.values.size })
  })
  app.post(`${BUCKET}/rename`, async (context) => {
    requireMaster(context)
    const newId = await newIdIn(context.req)
    checkBucketId(newId)
    state.store().rename(context.req.param('bucket'), newId)
    return assumed('new-id-field', { bucket: newId })
  })
  addPermissionRoutes(app, state)
  addInformationRoute(app, state)
}

function addPermissionRoutes(app: Hono<NexusRunDbEnvironment>, state: NexusRunDbState): void {
  app.get(`${BUCKET}/permissions`, (context) => {
    requireMaster(context)
    const { grants } = state.store().get(context.req.param('bucket'))
    const { ids, ...page } = pageOf([...grants.keys()], context.req.query())
    const permissions = ids.map((accesskey) => ({
      accesskey,
      permissions: [...(grants.get(accesskey) ?? [])],
    }))
    return assumed('list-permissions', { ...page, permissions })
  })
  app.post(PERMISSION, (context) => {
    const { rights, permission, accessKey } = grantIn(context, state)
    rights.set(accessKey, (rights.get(accessKey) ?? new Set()).add(permission))
    return assumed('permission-order', { accesskey: accessKey, permission })
  })
  app.delete(PERMISSION, (context) => {
    const { rights, permission, accessKey } = grantIn(context, state)
    if (!rights.get(accessKey)?.delete(permission)) throw notFound('The permission')
    if (rights.get(accessKey)?.size === 0) rights.delete(accessKey)
    return assumed('permission-order', { accesskey: accessKey, permission })
  })
}

interface GrantAsked {
  rights: Map<string, Set<Permission>>
  permission: Permission
  accessKey: string
}

/** @throws {NexusRunDbError} 400, 401, 403, 404 */
function grantIn(context: Context<NexusRunDbEnvironment>, state: NexusRunDbState): GrantAsked {
  requireMaster(context)
  const { bucket = '', permission = '', accessKey = '' } = context.req.param()
  const { grants } = state.store().get(bucket)
  if (!isPermission(permission))
    throw badRequest(`The permission must be one of ${PERMISSIONS.join(', ')}`)
  if (accessKey !== PUBLIC && !state.keys.find(accessKey)) throw notFound('The access key')
  return { rights: grants, permission, accessKey }
}

/** User keys may only read themselves. */
function addInformationRoute(app: Hono<NexusRunDbEnvironment>, state: NexusRunDbState): void {
  app.get(`${DATABASE}/accesskeys/:accessKey`, (context) => {
    const { key } = context.get('caller')
    if (!key) throw unauthorized('A credential is missing')
    const asked = state.keys.find(context.req.param('accessKey'))
    if (asked !== key && !key.isMaster) throw forbidden('An access key may only see itself')
    if (!asked) throw notFound('The access key')
    const { id: accesskey, tags, isMaster } = asked
    return assumed('accesskey-information', { accesskey, tags, list_all_buckets: isMaster })
  })
}
