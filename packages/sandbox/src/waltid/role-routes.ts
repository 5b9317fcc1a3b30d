/** Creates roles, assigns them to API keys. */
import type { Hono } from 'hono'
import {
  assume,
  readId,
  readObject,
  readText,
  targetFor,
  type WaltidEnvironment,
  type WaltidState,
} from './environment.ts'
import { badRequest, duplicateTarget, notFound } from './errors.ts'
import type { Permission } from './permissions.ts'

const BASE = '/v1/:target/roles-api/roles'

export function addRoleRoutes(app: Hono<WaltidEnvironment>, state: WaltidState): void {
  app.post(`${BASE}/create`, async (context) => {
    const id = readId(targetFor(context, 'create-role'), state.organization)
    const body = await readObject(context)
    const name = readText(body, 'name')
    const { permissions = [] } = body
    if (!Array.isArray(permissions)) throw badRequest("Field 'permissions' must be a list")
    const { roles } = state.store()
    if (roles.has(id)) throw duplicateTarget(id)
    roles.set(id, { id, name, permissions: permissions.map(readPermission) })
    assume(context, 'status of create')
    return context.json({ _id: id, name, permissions }, 201)
  })

  app.post(`${BASE}/apikey/assign`, async (context) => {
    const target = targetFor(context, 'assign-role')
    const keyId = readText(await readObject(context), 'apikey')
    const { keys, roles } = state.store()
    if (!roles.has(target)) throw notFound(target)
    const key = keys.get(keyId)
    if (!key) throw notFound(keyId)
    key.roles.add(target)
    assume(context, 'body of assign')
    return context.json({ apikey: keyId, role: target })
  })
}

function readPermission(entry: unknown): Permission {
  const fields: Record<string, unknown> =
    typeof entry === 'object' && entry !== null ? { ...entry } : {}
  const { operation } = fields
  if (operation !== 'ADD' && operation !== 'REMOVE')
    throw badRequest("Field 'operation' must be ADD or REMOVE")
  return { target: readText(fields, 'target'), action: readText(fields, 'action'), operation }
}
