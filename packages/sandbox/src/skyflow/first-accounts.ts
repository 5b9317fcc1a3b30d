/** The service accounts that a sandbox has at its start, one of each kind. */
import type { KeyObject } from 'node:crypto'
import type { ApiKey, FirstAccounts } from './accounts.ts'
import type { Role } from './policy.ts'
import { createApiKeyText, type ServiceAccount, type TrustedProvider } from './service-account.ts'

export interface FirstAccountParts {
  idOf: (label: string) => string
  /** All of them sign with the same key: they differ by its id. */
  publicKey: KeyObject
  roles: readonly Role[]
  /** The first account alone may manage others. */
  owner: Role
  provider: TrustedProvider
}

/** One of each kind. */
interface NamedAccounts {
  account: ServiceAccount
  contextual: ServiceAccount
  keyed: ServiceAccount
  trusting: ServiceAccount
}

export interface FirstSkyflowAccounts extends FirstAccounts {
  named: NamedAccounts
  apiKeys: readonly [ApiKey]
}

export function createFirstAccounts(parts: FirstAccountParts): FirstSkyflowAccounts {
  const named = namedAccounts(parts)
  const { clientId } = named.keyed
  const id = parts.idOf('api key')
  return {
    named,
    accounts: Object.values(named),
    apiKeys: [{ id, clientId, text: createApiKeyText(), isActive: true }],
  }
}

function namedAccounts({
  idOf,
  publicKey,
  roles,
  owner,
  provider,
}: FirstAccountParts): NamedAccounts {
  const { issuer, publicKey: trustedKey, contextClaims } = provider
  const named = (clientName: string): ServiceAccount => ({
    clientId: idOf(`client of ${clientName}`),
    clientName,
    keyId: idOf(`key of ${clientName}`),
    publicKey,
    roles,
  })
  return {
    account: {
      ...named('sandbox'),
      clientId: idOf('client'),
      keyId: idOf('key'),
      roles: [...roles, owner],
    },
    contextual: { ...named('contextual'), needsContext: true },
    keyed: { ...named('keyed'), isSetToApiKeys: true },
    trusting: {
      ...named('trusting'),
      publicKey: undefined,
      trust: { issuer, publicKey: trustedKey, contextClaims },
    },
  }
}
