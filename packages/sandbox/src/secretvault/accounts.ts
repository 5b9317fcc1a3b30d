/** Keeps the organizations that one node knows. */
import { duplicateKeyError } from './errors.ts'

export interface Registration {
  did: string
  publicKey: string
  name: string
}

export interface Account {
  /** The organization's DID. */
  _id: string
  _type: 'organization'
  _created: Date
  _updated: Date
  publicKey: string
  name: string
}

export interface Accounts {
  register(registration: Registration, now: Date): void
  find(did: string): Account | undefined
}

export function createAccounts(accounts: Map<string, Account>): Accounts {
  return {
    register({ did, publicKey, name }, now) {
      if (accounts.has(did)) throw duplicateKeyError('insert')
      const dates = { _created: now, _updated: now }
      accounts.set(did, { _id: did, _type: 'organization', ...dates, publicKey, name })
    },
    find: (did) => accounts.get(did),
  }
}
