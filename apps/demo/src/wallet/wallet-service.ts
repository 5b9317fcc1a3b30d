/** A wallet in walt.id: what it holds, read with an API key that the broker had made. */
import {
  createWaltid,
  type TrustSource,
  type WalletCredential,
  type WalletDid,
  type WalletKey,
  type WaltidVault,
} from '@valetkey/waltid'
import type { walletIn } from '../audiences.ts'
import { tokens } from '../tokens.ts'

/** Where the wallet is: the broker's name for it, in either delivery, and walt.id's dotted paths. */
export interface WalletPlace {
  audience: ReturnType<typeof walletIn>
  wallet: string
  trustRegistry: string
}

function openWallet({ audience }: WalletPlace): WaltidVault {
  return createWaltid({ client: tokens, audience })
}

/** The keys of the wallet, without the keys themselves. */
export function readKeys(place: WalletPlace): Promise<readonly WalletKey[]> {
  return openWallet(place).keys(place.wallet)
}

/** Its decentralized identifiers. */
export function readDids(place: WalletPlace): Promise<readonly WalletDid[]> {
  return openWallet(place).dids(place.wallet)
}

/** The credentials in it. */
export function readCredentials(place: WalletPlace): Promise<readonly WalletCredential[]> {
  return openWallet(place).credentials(place.wallet)
}

/** Whom the organization trusts. */
export function readSources(place: WalletPlace): Promise<readonly TrustSource[]> {
  return openWallet(place).trustSources(place.trustRegistry)
}
