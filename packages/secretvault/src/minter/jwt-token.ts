/** Mints the seed era's token: a JWT that is the whole organization on one node. */
import { MintError, type MintedToken } from '@valetkey/broker'
import { signJwt } from './es256k.ts'
import type { TokenOrder } from './token-order.ts'
import { SECOND_MS } from './token-expiry.ts'

export async function mintJwt(order: TokenOrder): Promise<MintedToken> {
  const { cluster, url, audience, exp, request } = order
  if (request.scope)
    throw new MintError(
      'invalid_target',
      'seed-era SecretVault tokens cannot be narrowed to a scope',
    )
  const jti = crypto.randomUUID()
  // No `iat`: nodes refuse one that lies more than 5 minutes ahead of their clock, and need none.
  const claims = { iss: cluster.orgDid, aud: audience, exp, jti }
  return {
    value: await signJwt(claims, cluster.signer, request.signal),
    expiresAt: exp * SECOND_MS,
    resource: url,
    id: jti,
  }
}
