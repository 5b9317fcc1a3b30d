/** One authorization server: its endpoints, looked up where need be, and requests to them. */
import {
  type AuthorizationServer,
  discoveryRequest,
  genericTokenEndpointRequest,
  processDiscoveryResponse,
  processGenericTokenEndpointResponse,
  processRevocationResponse,
  revocationRequest,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import type { Clock } from '../clock.ts'
import { MintError } from '../minter.ts'
import type { ClientKey } from './client-credential.ts'
import { type OAuth2Options, isSafeEndpoint } from './oauth2-options.ts'
import { createAttempt, type EndpointHttp } from './endpoint-http.ts'

export interface TokenOrder {
  client: ClientKey
  grantType: string
  parameters: Readonly<Record<string, string>>
  signal: AbortSignal
  headers?: Readonly<Record<string, string>> | undefined
}

/** Both reject with a `MintError`. They never try again, and follow no redirect. */
export interface AuthorizationServerAccess {
  request(order: TokenOrder): Promise<TokenEndpointResponse>
  revoke(order: { client: ClientKey; token: string; signal: AbortSignal }): Promise<void>
}

/** Endpoints that were looked up are looked up again after this. */
const METADATA_LIFETIME_MS = 3_600_000

export function createAuthorizationServer(
  options: OAuth2Options,
  { name, clock }: { name: string; clock: Required<Clock> },
): AuthorizationServerAccess {
  const { fetch: send = (input, init) => globalThis.fetch(input, init) } = options
  const isExchange = options.tokenExchange !== undefined
  const attempt = createAttempt({ name, isExchange, clock, send })
  let known: { metadata: AuthorizationServer; at: number } | undefined

  async function metadataOf(signal: AbortSignal): Promise<AuthorizationServer> {
    const { issuer, tokenEndpoint, revocationEndpoint } = options
    if (tokenEndpoint !== undefined)
      return {
        issuer: issuer ?? tokenEndpoint,
        token_endpoint: tokenEndpoint,
        ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
      }
    if (!known || clock.now() - known.at > METADATA_LIFETIME_MS)
      known = {
        metadata: await attempt(signal, async (http) => lookUp(issuer, http)),
        at: clock.now(),
      }
    return revocationEndpoint === undefined
      ? known.metadata
      : { ...known.metadata, revocation_endpoint: revocationEndpoint }
  }

  return {
    async request({ client, grantType, parameters, signal, headers = {} }) {
      const server = await metadataOf(signal)
      return attempt(signal, async (http) => {
        const self = { client_id: client.clientId }
        const response = await genericTokenEndpointRequest(
          server,
          self,
          await client.authentication(),
          grantType,
          new URLSearchParams(parameters),
          { ...http, headers },
        )
        return processGenericTokenEndpointResponse(server, self, response)
      })
    },
    async revoke({ client, token, signal }) {
      const server = await metadataOf(signal)
      await attempt(signal, async (http) => {
        const self = { client_id: client.clientId }
        const response = await revocationRequest(
          server,
          self,
          await client.authentication(),
          token,
          http,
        )
        await processRevocationResponse(response)
      })
    },
  }
}

/** OpenID Connect Discovery, and RFC 8414 for servers that know no OpenID. */
async function lookUp(
  issuer: string | undefined,
  http: EndpointHttp,
): Promise<AuthorizationServer> {
  const identifier = new URL(issuer ?? '')
  const ask = async (algorithm: 'oidc' | 'oauth2'): Promise<Response> =>
    discoveryRequest(identifier, { ...http, algorithm })
  const first = await ask('oidc')
  const metadata = await processDiscoveryResponse(
    identifier,
    first.status === 404 ? await ask('oauth2') : first,
  )
  if (metadata.token_endpoint === undefined || !isSafeEndpoint(metadata.token_endpoint))
    throw new MintError('upstream_invalid', 'the issuer names no token endpoint with TLS')
  return metadata
}
