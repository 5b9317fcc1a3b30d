/** Serves one node on a free port for a test, closed when the test ends. */
import { hexToBytes } from '@noble/hashes/utils.js'
import { createJWT, ES256KSigner, type JWTPayload } from 'did-jwt'
import { onTestFinished } from 'vitest'
import type { CorsMode } from '../src/cors.ts'
import type { EmulatorControl } from '../src/emulator.ts'
import { openListener } from '../src/listener.ts'
import type { SeedVersion } from '../src/secretvault/environment.ts'
import { type Identity, identityOf } from '../src/secretvault/identity.ts'
import { serveSecretVaultNode } from '../src/secretvault-server.ts'
import es256k from './vectors/es256k.json' with { type: 'json' }

export const nodeIdentity: Identity = identityOf(hexToBytes(es256k.keys.node.privateKeyHex))
export const orgIdentity: Identity = identityOf(hexToBytes(es256k.keys.org.privateKeyHex))
export const strangerIdentity: Identity = identityOf(hexToBytes('33'.repeat(32)))

export interface OpenNode {
  url: string
  control: EmulatorControl
  /** Sends a call with a fresh token of the organization, or with the one given. */
  call(route: `${string} /${string}`, body?: unknown, token?: string): Promise<Response>
}

export interface OpenOptions {
  cors?: CorsMode
  isRegistered?: boolean
  isStrict?: boolean
  seedVersion?: SeedVersion
}

export async function openNode(options: OpenOptions = {}): Promise<OpenNode> {
  const { cors = 'open', isRegistered = true, isStrict = false, seedVersion = '0.5' } = options
  const listener = await openListener({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => listener.close())
  const url = `http://127.0.0.1:${listener.port}`
  const members = isRegistered ? [{ name: 'acme', identity: orgIdentity }] : []
  const identity = nodeIdentity
  const serving = { listener, url, identity, cors, members, isStrict, seedVersion }
  const { control } = serveSecretVaultNode(serving)
  return {
    url,
    control,
    async call(route, body, token) {
      const [method = '', path = ''] = route.split(' ')
      const bearer = token ?? (await mint())
      return fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    },
  }
}

/** A token as the seed's own code makes it: `did-jwt` adds `iat`. */
export function mint(
  claims: Partial<JWTPayload> = {},
  signer: Identity = orgIdentity,
): Promise<string> {
  const payload = { aud: nodeIdentity.didNil, exp: secondsFromNow(3600), ...claims }
  return createJWT(payload, {
    issuer: claims.iss ?? signer.didNil,
    signer: ES256KSigner(hexToBytes(signer.secretKey)),
    alg: 'ES256K',
  })
}

export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}

export const SCHEMA_ID: string = '11111111-1111-4111-8111-111111111111'

export const credentialsSchema: { _id: string; name: string; schema: object } = {
  _id: SCHEMA_ID,
  name: 'creds',
  schema: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'array',
    items: {
      type: 'object',
      properties: {
        _id: { type: 'string', format: 'uuid', coerce: true },
        service: { type: 'string' },
        age: { type: 'number' },
        at: { type: 'string', format: 'date-time', coerce: true },
        secret: {
          type: 'object',
          properties: { '%share': { type: 'string' } },
          required: ['%share'],
        },
      },
      required: ['_id', 'service'],
      additionalProperties: false,
    },
  },
}

/** A node with the schema above on it. */
export async function openNodeWithSchema(): Promise<OpenNode> {
  const node = await openNode()
  const response = await node.call('POST /api/v1/schemas', credentialsSchema)
  if (response.status !== 201) throw new Error(`The schema was not added: ${response.status}`)
  return node
}
