/** A real authorization server for the tests, oidc-provider, on a port of its own. */
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export const SECRET = 'canary-client-secret-0123456789'
export const RESOURCE = 'https://vault.example/base/'
/** Whom the server knows by which token of their login. */
export const SUBJECT_TOKENS: Readonly<Record<string, string>> = { 'login-of-ada': 'ada' }
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const clientKeys: { rsaPem: string; ecJwk: JsonWebKey } = {
  rsaPem: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ecJwk: { ...ec.privateKey.export({ format: 'jwk' }), kid: 'ec' },
}

export interface TestAuthorizationServer {
  readonly issuer: string
  close(): void
}

export async function startAuthorizationServer(): Promise<TestAuthorizationServer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, configuration())
  provider.registerGrantType(
    EXCHANGE,
    async (ctx) => {
      const { client, params } = ctx.oidc
      const subject = SUBJECT_TOKENS[params.subject_token ?? '']
      if (subject === undefined || params.subject_token_type === undefined) {
        ctx.status = 400
        ctx.body = { error: 'invalid_request', error_description: 'canary-description' }
        return
      }
      const token = new provider.ClientCredentials({ client, scope: params.scope })
      ctx.body = {
        access_token: `${subject}.${await token.save()}`,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 600,
      }
    },
    ['subject_token', 'subject_token_type', 'scope', 'audience'],
  )
  server.on('request', provider.callback())
  return {
    issuer,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function configuration(): object {
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const grants = {
    grant_types: ['client_credentials', EXCHANGE],
    redirect_uris: [],
    response_types: [],
  }
  const keyed = { ...grants, token_endpoint_auth_method: 'private_key_jwt' }
  const keys = [rsa.publicKey, ec.publicKey].map((key, index) => ({
    ...key.export({ format: 'jwk' }),
    kid: ['rsa', 'ec'][index],
  }))
  return {
    clients: [
      { ...grants, client_id: 'basic', client_secret: SECRET },
      {
        ...grants,
        client_id: 'post',
        client_secret: SECRET,
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        ...keyed,
        client_id: 'rsa',
        jwks: { keys: [keys[0]] },
        token_endpoint_auth_signing_alg: 'RS256',
      },
      {
        ...keyed,
        client_id: 'ec',
        jwks: { keys: [keys[1]] },
        token_endpoint_auth_signing_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...signing.export({ format: 'jwk' }), kid: 'server', use: 'sig' }] },
    scopes: ['read', 'write'],
    cookies: { keys: ['test'] },
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      introspection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'read write',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  }
}
