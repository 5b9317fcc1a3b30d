/** A minter for any OAuth 2.0 authorization server: client credentials, or token exchange for the user. */
import { completeClock } from '../clock.ts'
import { BrokerConfigError, type ConfigFault } from '../config-error.ts'
import { createCredential } from '../credential.ts'
import type { Minter } from '../minter.ts'
import { createAuthorizationServer } from './authorization-server.ts'
import { type ClientKey, fileOf, readClientCredential } from './client-credential.ts'
import { bearerIn } from './oauth2-bearer.ts'
import { exchangeParameters } from './token-exchange.ts'
import { type OAuth2Options, oauth2OptionFaults, scopeFor } from './oauth2-options.ts'

export type { SecretSource } from './client-credential.ts'
export type { OAuth2Options } from './oauth2-options.ts'
export type { ExchangeSession, SubjectToken, TokenExchange } from './token-exchange.ts'

const HOUR_MS = 3_600_000
const FALLBACK_LIFETIME_MS = 300_000
const CLIENT_CREDENTIALS = 'client_credentials'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/**
 * Mints at an OAuth 2.0 authorization server: one token for all by client credentials (RFC 6749, section 4.4),
 * or a token for each user by token exchange (RFC 8693) where `tokenExchange` says how.
 *
 * @throws {BrokerConfigError} at start-up, naming every field to mend and no value.
 *
 * @example
 * ```ts
 * reports: oauth2({ issuer: 'https://login.example', clientId: 'spa-broker', clientSecret: { file: './secret' }, scope: 'reports.read' })
 * ```
 */
export function oauth2(options: OAuth2Options): Minter {
  const { name = 'oauth2', tokenExchange, fullAuthority, lifetimeMs = HOUR_MS } = options
  const clock = completeClock(options.clock)
  const credential = createCredential({
    label: `the client credential of ${name}`,
    file: fileOf(options),
    read: () => readOptions(options),
    identityOf: ({ identity }) => JSON.stringify([options.clientId, identity]),
    watchIntervalMs: options.watchIntervalMs,
  })
  const server = createAuthorizationServer(options, { name, clock })
  const { revocationEndpoint, minLifetimeMs = lifetimeMs } = options

  return {
    name,
    shareable: tokenExchange === undefined,
    limits: { defaultLifetimeMs: lifetimeMs, maxLifetimeMs: lifetimeMs, minLifetimeMs },
    ...(fullAuthority !== undefined && { fullAuthority }),
    async mint(request) {
      request.signal.throwIfAborted()
      const startedAt = clock.now()
      const scope = scopeFor(options, request)
      const parameters = {
        ...parametersOf(options, scope),
        ...(tokenExchange && (await exchangeParameters(tokenExchange, request))),
      }
      const grantType = tokenExchange ? TOKEN_EXCHANGE : CLIENT_CREDENTIALS
      const { signal, traceHeaders: headers } = request
      const client = credential.current()
      const answer = await server.request({ client, grantType, parameters, signal, headers })
      const bearer = bearerIn(answer, {
        name,
        startedAt,
        lifetimeMs: request.lifetimeMs,
        fallbackLifetimeMs: options.fallbackLifetimeMs ?? FALLBACK_LIFETIME_MS,
      })
      return { ...(scope !== undefined && { scope }), ...bearer, ...resourceOf(options) }
    },
    ...(revocationEndpoint !== undefined && {
      revoke: async ({ value }, { signal }) =>
        server.revoke({ client: credential.current(), token: value, signal }),
    }),
    credentialVersion: credential.credentialVersion,
    reload: credential.reload,
    watch: credential.watch,
  }
}

function parametersOf(
  { audience, resource, parameters }: OAuth2Options,
  scope: string | undefined,
): Record<string, string> {
  return {
    ...parameters,
    ...(scope !== undefined && { scope }),
    ...(audience !== undefined && { audience }),
    ...(resource !== undefined && { resource }),
  }
}

function resourceOf({ vaultUrl, resource }: OAuth2Options): { resource?: string } {
  const base = vaultUrl ?? resource
  return base === undefined ? {} : { resource: base }
}

/** @throws {BrokerConfigError} naming all faults at once. */
function readOptions(options: OAuth2Options): ClientKey {
  const faults: ConfigFault[] = oauth2OptionFaults(options)
  const client = readClientCredential(options, (fault) => void faults.push(fault))
  if (!client || faults.length > 0)
    throw new BrokerConfigError(faults, `The minter ${options.name ?? 'oauth2'}`)
  return client
}
