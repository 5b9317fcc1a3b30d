/** Mints today's token: a NUC of what the scope names, for one node. */
import { MintError, type MintedToken } from '@valetkey/broker'
import { type Capability, capabilityOf, FULL } from './capability.ts'
import { nucHashOf, signNuc } from './nuc.ts'
import { covers, parseScope } from './scope-words.ts'
import { SECOND_MS } from './token-expiry.ts'
import type { TokenOrder } from './token-order.ts'

/** `bound`: the minter's own scope; nothing beyond it is minted. */
export async function mintNuc(order: TokenOrder, bound: string | undefined): Promise<MintedToken> {
  const { cluster, url, audience, exp, request } = order
  const { signal, scope = bound } = request
  const { signer } = cluster
  const capability = capabilityFor(scope, bound)
  const value = await signNuc({ signer, audience, exp, capability, signal })
  return {
    value,
    expiresAt: exp * SECOND_MS,
    resource: url,
    id: nucHashOf(value),
    ...(scope !== undefined && { scope }),
  }
}

function capabilityFor(scope: string | undefined, bound: string | undefined): Capability {
  if (scope === undefined) return FULL
  const words = parseScope(scope)
  if ('fault' in words) throw refusal(words.fault)
  const limits = bound === undefined ? undefined : parseScope(bound)
  if (limits && 'fault' in limits) throw refusal(limits.fault)
  const beyond = words.find((word) => limits && !limits.some((limit) => covers(limit, word)))
  if (beyond) throw refusal(`${beyond.text} is beyond the minter's own scope`)
  const capability = capabilityOf(words)
  if ('fault' in capability) throw refusal(capability.fault)
  return capability
}

function refusal(fault: string): MintError {
  return new MintError('invalid_target', `the scope for secretvault ${fault}`)
}
