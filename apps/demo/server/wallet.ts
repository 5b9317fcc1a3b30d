/** The walt.id behind the demo: the sandbox's organization, with API keys that end and have one role. */
import type { Minter } from '@valetkey/broker'
import type { Sandbox } from '@valetkey/sandbox'
import { waltid } from '@valetkey/waltid/minter'

export interface WalletService {
  minter: Minter
  /** The organization's base URL. */
  url: string
  /** `{organization}.{tenant}.{wallet}` */
  wallet: string
  trustRegistry: string
  /** How long keys are asked to live, as walt.id writes it. */
  lifetime: string
}

/** Long, since every key is a resource that stays at walt.id: one serves all. No key outlives its user's login. */
const LIFETIME = '30d'

/** The organization of the sandbox. */
export function emulatedWallet({ waltid: emulated }: Sandbox): WalletService {
  const { orgBaseUrl, organization, adminToken, roleId, wallet, trustRegistry } = emulated
  const minter = waltid({
    orgBaseUrl,
    organization,
    token: adminToken,
    roleId,
    lifetime: LIFETIME,
    name: 'Valet Key demo',
  })
  return { minter, url: `${orgBaseUrl}/`, wallet, trustRegistry, lifetime: LIFETIME }
}
