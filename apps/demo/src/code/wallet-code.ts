/** The code behind each look into the wallet: as a hook, without a framework, from a shell. */
import type { Shelf } from '../wallet/wallet-queries.ts'
import type { WalletPlace } from '../wallet/wallet-service.ts'
import { type ActionCode, codeOf } from './action-code.ts'

interface Place {
  place: WalletPlace
  /** walt.id's address. */
  url: string
}

const READERS: Readonly<Record<Shelf, string>> = {
  keys: 'readKeys',
  dids: 'readDids',
  credentials: 'readCredentials',
  sources: 'readSources',
}

export function shelfCode({ place, url }: Place, shelf: Shelf): ActionCode {
  const { audience, wallet, trustRegistry } = place
  const path =
    shelf === 'sources'
      ? `v1/${trustRegistry}/trust-registry-api/sources`
      : `v2/${wallet}/wallet-service-api/${shelf}`
  return codeOf({
    hook: { file: 'wallet-queries.ts', names: ['READ_MS', 'READERS', 'useShelf'] },
    action: { file: 'wallet-service.ts', names: ['openWallet', READERS[shelf]] },
    call: { audience, url, method: 'GET', path },
  })
}
