/** Lets a request through to the vault, or to the management API, if its bearer token is good. */
import type { MiddlewareHandler } from 'hono'
import type { Bearer } from './bearer.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { SkyflowError, unauthenticated } from './errors.ts'
import { accessOf } from './policy.ts'
import { createVault } from './vault.ts'

const BEARER = /^Bearer +(\S+)$/i

/** The token is looked at before the vault's id, the id before the body. */
export function authenticate(state: SkyflowState): MiddlewareHandler<SkyflowEnvironment> {
  return async (context, next) => {
    const { account, roles } = await bearerIn(state, context.req.header('authorization'))
    const { vaultId, schema } = state
    const asked = context.req.param('vaultId')
    if (asked !== vaultId) throw new SkyflowError(404, `Vault ${asked} was not found`)
    const access = accessOf(roles)
    context.set('account', account)
    context.set('access', access)
    context.set(
      'vault',
      createVault({ vaultId, schema, access, store: state.store(), filesUrl: state.filesUrl }),
    )
    return next()
  }
}

/** Besides the bearer it takes the id of the account that all of it belongs to. */
export function authenticateManager(state: SkyflowState): MiddlewareHandler<SkyflowEnvironment> {
  return async (context, next) => {
    const { account, roles } = await bearerIn(state, context.req.header('authorization'))
    const access = accessOf(roles)
    access.require('manage service accounts')
    if (context.req.header('x-skyflow-account-id') !== state.accountId)
      throw new SkyflowError(400, 'Invalid request. X-SKYFLOW-ACCOUNT-ID is not of this account.')
    context.set('account', account)
    context.set('access', access)
    return next()
  }
}

/** For connections, which take the token in a header of their own, without the word Bearer. */
export function authenticateConnection(state: SkyflowState): MiddlewareHandler<SkyflowEnvironment> {
  return async (context, next) => {
    const token = context.req.header('x-skyflow-authorization') ?? ''
    const { account, roles } = await bearerIn(state, `Bearer ${token}`)
    context.set('account', account)
    context.set('access', accessOf(roles))
    return next()
  }
}

/** @throws {SkyflowError} 401 */
async function bearerIn(state: SkyflowState, header: string | undefined): Promise<Bearer> {
  const [, token] = BEARER.exec(header ?? '') ?? []
  if (token === undefined) throw unauthenticated('Bearer token is missing.')
  const bearer = await state.bearers.check(token, state.conditions.now())
  if (state.conditions.isRevoked(token, bearer.jti))
    throw unauthenticated('Bearer token is revoked. Use a valid bearer token.')
  return bearer
}
