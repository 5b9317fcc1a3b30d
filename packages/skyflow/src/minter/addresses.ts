/** Where credentials and tokens may go: Skyflow's own hosts, those allowed by name, this machine. */
import type { Report } from './fields.ts'

/** Hosts besides Skyflow's own. */
export interface AllowedHosts {
  /** May receive assertions. */
  tokenHosts: readonly string[]
  /** May be called with bearer tokens. */
  vaultHosts: readonly string[]
}

const TOKEN_HOST = /^manage\.(skyflowapis(?:-preview)?\.com)$/
const VAULT_HOST = /^[a-z0-9-]+\.vault\.(skyflowapis(?:-preview)?\.com)$/
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

interface AddressRule {
  field: string
  own: RegExp
  /** The option that adds hosts. */
  option: keyof AllowedHosts
  example: string
}

const TOKEN: AddressRule = {
  field: 'tokenURI',
  own: TOKEN_HOST,
  option: 'tokenHosts',
  example: 'https://manage.skyflowapis.com/v1/auth/sa/oauth/token',
}
const VAULT: AddressRule = {
  field: 'vaultUrl',
  own: VAULT_HOST,
  option: 'vaultHosts',
  example: 'https://<clusterId>.vault.skyflowapis.com',
}

/** The token endpoint as it stands in the credentials, or `undefined` with the fault reported. */
export function parseTokenUri(
  value: unknown,
  hosts: AllowedHosts,
  report: Report,
): string | undefined {
  // The text itself and not its normal form: the assertion's `aud` must equal it.
  return parseAddress(value, TOKEN, { hosts, report }) && String(value)
}

/** The vault's base URL, ending in `/`, or `undefined` with the fault reported. */
export function parseVaultUrl(
  value: unknown,
  hosts: AllowedHosts,
  report: Report,
): string | undefined {
  const url = parseAddress(value, VAULT, { hosts, report })
  return url && (url.href.endsWith('/') ? url.href : `${url.href}/`)
}

/** Credentials of one environment open no vault of the other. */
export function reportMixedEnvironments(
  { tokenUri, vaultUrl }: { tokenUri: string | undefined; vaultUrl: string | undefined },
  report: Report,
): void {
  const ofTokens = environmentOf(tokenUri, TOKEN_HOST)
  const ofVault = environmentOf(vaultUrl, VAULT_HOST)
  if (ofTokens !== undefined && ofVault !== undefined && ofTokens !== ofVault)
    report(
      'vaultUrl',
      `is on ${ofVault}, the credentials are for ${ofTokens}; give both of one environment`,
    )
}

/** An address of the management API that belongs to a vault: Skyflow's own, or on the vault's own host elsewhere. */
export function managementUrlOf(vaultUrl: string, path: string): string {
  const domain = environmentOf(vaultUrl, VAULT_HOST)
  return domain === undefined ? new URL(path, vaultUrl).href : `https://manage.${domain}${path}`
}

function environmentOf(address: string | undefined, own: RegExp): string | undefined {
  return address === undefined ? undefined : own.exec(new URL(address).hostname)?.[1]
}

function parseAddress(
  value: unknown,
  rule: AddressRule,
  { hosts, report }: { hosts: AllowedHosts; report: Report },
): URL | undefined {
  const { field, own, option, example } = rule
  if (value === undefined) return report(field, `is missing; give an address such as ${example}`)
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url === null) return report(field, `must be an absolute URL, such as ${example}`)
  if (url.username || url.password) return report(field, 'holds a user name or password; remove it')
  if (url.search || url.hash) return report(field, 'holds a query or fragment; remove it')
  const { hostname, host, protocol, port } = url
  const isLocal = LOOPBACK.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
    return report(field, 'must begin with https://, or http:// on this machine (localhost)')
  if (isLocal || hosts[option].includes(host) || (own.test(hostname) && port === '')) return url
  return report(
    field,
    `is on a host that is not Skyflow's; give an address such as ${example}, or name the host in ${option}`,
  )
}
