/** Finds out who calls, and whether they may do what they ask. */
import type { Context, MiddlewareHandler } from 'hono'
import { forbidden, unauthorized } from './answers.ts'
import type { Caller, NexusRunDbEnvironment, NexusRunDbState } from './environment.ts'
import { covers, type Permission, PUBLIC } from './permissions.ts'
import type { Bucket } from './store.ts'

const NOBODY: Caller = { key: undefined, by: 'nothing' }

/** A credential that is no good is refused, on public buckets too. */
export function authenticate(state: NexusRunDbState): MiddlewareHandler<NexusRunDbEnvironment> {
  return async (context, next) => {
    context.set('caller', await callerIn(state, context.req.header('authorization')))
    return next()
  }
}

/** @throws {NexusRunDbError} 401 */
async function callerIn(state: NexusRunDbState, header: string | undefined): Promise<Caller> {
  if (header === undefined) return NOBODY
  const [, scheme = '', text = ''] = /^(\w+) +(\S+)$/.exec(header) ?? []
  if (scheme.toLowerCase() === 'basic') return basicCaller(state, text)
  if (scheme.toLowerCase() === 'bearer') return bearerCaller(state, text)
  throw unauthorized('The Authorization header is neither Basic nor Bearer')
}

function basicCaller({ keys }: NexusRunDbState, base64: string): Caller {
  const text = Buffer.from(base64, 'base64').toString()
  const colonAt = text.indexOf(':')
  const key = keys.verify(text.slice(0, Math.max(colonAt, 0)), text.slice(colonAt + 1))
  if (!key) throw unauthorized('The access key or its secret is wrong')
  return { key, by: 'basic' }
}

async function bearerCaller(state: NexusRunDbState, token: string): Promise<Caller> {
  const { tokens, keys, conditions } = state
  const { accessKey, jti } = await tokens.check(token, conditions.now())
  if (conditions.isRevoked(token, jti)) throw unauthorized('The token is invalid')
  return { key: keys.find(accessKey), by: 'bearer' }
}

/** @throws {NexusRunDbError} 401 for nobody in particular, 403 for anybody else who may not. */
export function requirePermission(caller: Caller, bucket: Bucket, wanted: Permission): void {
  if (caller.key?.isMaster) return
  const holders = caller.key ? [caller.key.id, PUBLIC] : [PUBLIC]
  if (holders.some((holder) => covers(bucket.grants.get(holder) ?? new Set(), wanted))) return
  if (!caller.key) throw unauthorized('The bucket is not public')
  throw forbidden(`The access key lacks ${wanted} on this bucket`)
}

/** The Master key, or a token of it. @throws {NexusRunDbError} 401, 403 */
export function requireMaster(context: Context<NexusRunDbEnvironment>): void {
  const { key } = context.get('caller')
  if (!key) throw unauthorized('A credential is missing')
  if (!key.isMaster) throw forbidden('Only the Master access key may do that')
}
