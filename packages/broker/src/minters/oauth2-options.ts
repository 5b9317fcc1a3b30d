/** The options of the OAuth 2.0 minter, with all that can be wrong with them. */
import type { Clock } from '../clock.ts'
import type { ConfigFault } from '../config-error.ts'
import { MintError, type MintRequest } from '../minter.ts'
import { readResource } from '../proxy-path.ts'
import { unknownOptionFaults } from '../unknown-options.ts'
import type { ClientCredentialOptions } from './client-credential.ts'
import type { TokenExchange } from './token-exchange.ts'

export interface OAuth2Options extends ClientCredentialOptions {
  /** The authorization server, whose endpoints are looked up (OpenID Connect Discovery, RFC 8414). */
  issuer?: string
  /** The token endpoint, where it is not to be looked up. */
  tokenEndpoint?: string
  /** Where tokens are revoked (RFC 7009). @default they are only forgotten */
  revocationEndpoint?: string
  /** Exchanges a token of the user's login instead of asking in the client's own name. */
  tokenExchange?: TokenExchange
  /** What to ask for, space-separated. Scopes of the broker narrow it. @default left to the server */
  scope?: string
  /** Sent as `audience`, for servers that want one. */
  audience?: string
  /** Sent as `resource` (RFC 8707): the base URL of the vault. */
  resource?: string
  /** Base URL of the vault, where it is not `resource`. */
  vaultUrl?: string
  /** Further parameters of the request. */
  parameters?: Readonly<Record<string, string>>
  /**
   * How long the server's tokens live, in milliseconds. OAuth has no way to ask for less, so users who are
   * granted less get none, unless the audience is proxied or says `allowOutliving`. @default 3600000
   */
  lifetimeMs?: number
  /** The shortest life a token can have, where `parameters` make the server give less. @default lifetimeMs */
  minLifetimeMs?: number
  /** Taken for the life of a token that does not say when it ends, in milliseconds. @default 300000 */
  fallbackLifetimeMs?: number
  /** For logs and errors. @default 'oauth2' */
  name?: string
  /** Set where the token carries the authority of a whole organization: what that means, in a few words. */
  fullAuthority?: string
  clock?: Clock
  fetch?: typeof fetch
  /** How often the file of a credential is looked at, in milliseconds. @default 5000 */
  watchIntervalMs?: number
}

const OPTIONS = [
  'issuer',
  'tokenEndpoint',
  'revocationEndpoint',
  'clientId',
  'clientSecret',
  'privateKey',
  'keyId',
  'clientAuthentication',
  'tokenExchange',
  'scope',
  'audience',
  'resource',
  'vaultUrl',
  'parameters',
  'lifetimeMs',
  'minLifetimeMs',
  'fallbackLifetimeMs',
  'name',
  'fullAuthority',
  'clock',
  'fetch',
  'watchIntervalMs',
]
const ENDPOINTS = ['issuer', 'tokenEndpoint', 'revocationEndpoint'] as const
const LIFETIMES = ['lifetimeMs', 'minLifetimeMs', 'fallbackLifetimeMs'] as const
/** What the minter itself sends. */
const OWN_PARAMETERS =
  /^(grant_type|client_.*|scope|subject_token.*|actor_token.*|audience|resource)$/
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

export function oauth2OptionFaults(options: OAuth2Options): ConfigFault[] {
  const faults = unknownOptionFaults(options, OPTIONS, 'oauth2')
  if (options.issuer === undefined && options.tokenEndpoint === undefined)
    faults.push({ field: 'issuer', fault: 'is missing', mend: 'give issuer or tokenEndpoint' })
  for (const field of ENDPOINTS)
    if (options[field] !== undefined) faults.push(...endpointFaults(field, options[field]))
  for (const field of ['resource', 'vaultUrl'] as const)
    if (options[field] !== undefined && !readResource(options[field]))
      faults.push({
        field,
        fault: 'is not a base URL: http(s), without user name, query or fragment',
      })
  for (const field of LIFETIMES)
    if (options[field] !== undefined && !(options[field] > 0 && options[field] < Infinity))
      faults.push({ field, fault: 'is not a number of milliseconds above 0' })
  for (const name of Object.keys(options.parameters ?? {}))
    if (OWN_PARAMETERS.test(name))
      faults.push({ field: `parameters.${name}`, fault: 'is sent already', mend: 'use its option' })
  if (options.tokenExchange && typeof options.tokenExchange.subjectToken !== 'function')
    faults.push({ field: 'tokenExchange.subjectToken', fault: 'is not a function' })
  return faults
}

function endpointFaults(field: string, address: string): ConfigFault[] {
  if (isSafeEndpoint(address)) return []
  return [
    {
      field,
      fault: 'is no address that credentials may go to',
      mend: 'give https://…, or http:// on this machine (localhost), without user name or fragment',
    },
  ]
}

/** Credentials go by TLS, or do not leave this machine. */
export function isSafeEndpoint(address: string): boolean {
  const url = URL.parse(address)
  if (!url || url.username || url.password || url.hash) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}

/** @throws {MintError} for a scope that the configuration does not hold, so that less never becomes more. */
export function scopeFor(
  { scope: configured }: OAuth2Options,
  { scope: asked }: MintRequest,
): string | undefined {
  if (asked === undefined || configured === undefined) return asked ?? configured
  const known = configured.split(' ')
  if (asked.split(' ').every((word) => known.includes(word))) return asked
  throw new MintError('invalid_target', 'the scope names what the option `scope` does not')
}
