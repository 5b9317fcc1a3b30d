/** Lets a request through to the vault if its bearer token is good. */
import type { MiddlewareHandler } from 'hono'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { SkyflowError, unauthenticated } from './errors.ts'
import { accessOf } from './policy.ts'
import { createVault } from './vault.ts'

/** The token is looked at before the vault's id, the id before the body. */
export function authenticate(state: SkyflowState): MiddlewareHandler<SkyflowEnvironment> {
  return async (context, next) => {
    const token = tokenOf(context.req.header('authorization'))
    const { account, roles, jti } = await state.bearers.check(token, state.conditions.now())
    if (state.conditions.isRevoked(token, jti))
      throw unauthenticated('Bearer token is revoked. Use a valid bearer token.')
    const { vaultId, schema } = state
    const asked = context.req.param('vaultId')
    if (asked !== vaultId) throw new SkyflowError(404, `Vault ${asked} was not found`)
    const access = accessOf(roles)
    context.set('account', account)
    context.set('access', access)
    context.set('vault', createVault({ vaultId, schema, access, store: state.store() }))
    return next()
  }
}

function tokenOf(header = ''): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(header) ?? []
  if (token === undefined) throw unauthenticated('Bearer token is missing.')
  return token
}
