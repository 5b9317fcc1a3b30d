/** Keeps the service accounts, with the API keys of those that are set to API keys. */
import type { ServiceAccount } from './service-account.ts'

/** A long-lived key that is sent as a bearer. */
export interface ApiKey {
  readonly id: string
  readonly clientId: string
  readonly text: string
  readonly isActive: boolean
}

export interface Accounts {
  /** The account whose assertions name this key. */
  ofKey(keyId: unknown): ServiceAccount | undefined
  ofClient(clientId: unknown): ServiceAccount | undefined
  /** Adds an account, or takes the place of the one with its client id. */
  put(account: ServiceAccount): void
  /** With its API keys. */
  remove(clientId: string): void
  apiKey(id: string): ApiKey | undefined
  apiKeyOf(text: string): ApiKey | undefined
  apiKeysOf(clientId: string): readonly ApiKey[]
  /** Adds a key, or takes the place of the one with its id. */
  putApiKey(key: ApiKey): void
  removeApiKey(id: string): void
  /** Back to the accounts and keys of the start. */
  reset(): void
}

export interface FirstAccounts {
  accounts: readonly ServiceAccount[]
  apiKeys: readonly ApiKey[]
}

export function createAccounts(first: FirstAccounts): Accounts {
  const accounts = new Map<string, ServiceAccount>()
  const apiKeys = new Map<string, ApiKey>()

  function reset(): void {
    accounts.clear()
    apiKeys.clear()
    for (const account of first.accounts) accounts.set(account.clientId, account)
    for (const key of first.apiKeys) apiKeys.set(key.id, key)
  }

  const apiKeysOf = (clientId: string): readonly ApiKey[] =>
    [...apiKeys.values()].filter((key) => key.clientId === clientId)

  reset()
  return {
    reset,
    apiKeysOf,
    ofKey: (keyId) => [...accounts.values()].find((account) => account.keyId === keyId),
    ofClient: (clientId) => [...accounts.values()].find((account) => account.clientId === clientId),
    put: (account) => void accounts.set(account.clientId, account),
    remove(clientId) {
      for (const { id } of apiKeysOf(clientId)) apiKeys.delete(id)
      accounts.delete(clientId)
    },
    apiKey: (id) => apiKeys.get(id),
    apiKeyOf: (text) => [...apiKeys.values()].find((key) => key.text === text),
    putApiKey: (key) => void apiKeys.set(key.id, key),
    removeApiKey: (id) => void apiKeys.delete(id),
  }
}
