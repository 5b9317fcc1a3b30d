/** Where the management API keeps service accounts with their keys. */
import { SkyflowManagementError } from './skyflow-management-error.ts'

/** `{account}` and `{key}` stand for IDs. */
export interface ManagementPaths {
  /** @default '/v1/serviceAccounts' */
  accounts: string
  /** @default '/v1/serviceAccounts/{account}' */
  account: string
  /** @default '/v1/serviceAccounts/{account}/apikey' */
  keys: string
  /** @default '/v1/serviceAccounts/{account}/apikey/{key}' */
  key: string
  /** @default '/v1/serviceAccounts/{account}/apikey/{key}/rotate' */
  rotation: string
}

const ACCOUNTS = '/v1/serviceAccounts'
const DEFAULTS: ManagementPaths = {
  accounts: ACCOUNTS,
  account: `${ACCOUNTS}/{account}`,
  keys: `${ACCOUNTS}/{account}/apikey`,
  key: `${ACCOUNTS}/{account}/apikey/{key}`,
  rotation: `${ACCOUNTS}/{account}/apikey/{key}/rotate`,
}
const ID = /^[\w-]{1,128}$/

export interface PathMakers {
  accounts: string
  account(account: string): string
  keys(account: string): string
  key(account: string, key: string): string
  rotation(account: string, key: string): string
}

export function pathsOf(own: Partial<ManagementPaths> = {}): PathMakers {
  const paths = { ...DEFAULTS, ...own }
  return {
    accounts: paths.accounts,
    account: (account) => filled(paths.account, { account }),
    keys: (account) => filled(paths.keys, { account }),
    key: (account, key) => filled(paths.key, { account, key }),
    rotation: (account, key) => filled(paths.rotation, { account, key }),
  }
}

/** @throws {SkyflowManagementError} for anything that is no ID, so that nothing leads out of the path. */
function filled(template: string, ids: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = ids[name] ?? ''
    if (ID.test(id)) return id
    throw new SkyflowManagementError('invalid_request', `The ID of the ${name} is none`)
  })
}
