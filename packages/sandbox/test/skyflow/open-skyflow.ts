/** Serves the emulated Skyflow on a free port for a test, closed when the test ends. */
import { type JWTPayload, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'
import type { CorsMode } from '../../src/cors.ts'
import { openListener } from '../../src/listener.ts'
import { generateRsaKeys, type KeyPair } from '../../src/skyflow/service-account.ts'
import { type SkyflowServer, serveSkyflow } from '../../src/skyflow-server.ts'

// Made once: each takes a tenth of a second.
export const accountKeys: KeyPair = await generateRsaKeys()
export const strangerKeys: KeyPair = await generateRsaKeys()

export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

export interface OpenSkyflow extends SkyflowServer {
  url: string
  /** Sends a call to the vault with a bearer of the plain role, or with the one given. */
  call: (route: string, body?: unknown, bearer?: string) => Promise<Response>
  /** An assertion as the vendor's clients make it, with other claims where given. */
  assertion: (claims?: JWTPayload, keys?: KeyPair) => Promise<string>
  /** Asks the token endpoint. */
  exchange: (body: unknown, headers?: Record<string, string>) => Promise<Response>
  /** A bearer with these roles; with all of the account's if there are none. */
  bearer: (roles?: readonly string[], claims?: JWTPayload) => Promise<string>
}

export async function openSkyflow(
  options: { cors?: CorsMode; bearerLifetime?: 'assertion' | number } = {},
): Promise<OpenSkyflow> {
  const { cors = 'open', bearerLifetime = 'assertion' } = options
  const listener = await openListener({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => listener.close())
  const url = `http://127.0.0.1:${listener.port}`
  const server = serveSkyflow({
    listeners: [listener],
    url,
    cors,
    seed: undefined,
    bearerLifetime,
    accountKeys,
    bearerKeys: Promise.resolve(strangerKeys),
  })
  const { credentials, vaultId } = server

  const assertion: OpenSkyflow['assertion'] = (claims = {}, keys = accountKeys) =>
    new SignJWT({
      iss: credentials.clientID,
      sub: credentials.clientID,
      key: credentials.keyID,
      aud: credentials.tokenURI,
      exp: secondsFromNow(3600),
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .sign(keys.privateKey)

  const exchange: OpenSkyflow['exchange'] = (body, headers = {}) =>
    fetch(credentials.tokenURI, { method: 'POST', headers, body: JSON.stringify(body) })

  const bearer: OpenSkyflow['bearer'] = async (roles = [], claims = {}) => {
    const scope = roles.map((role) => `role:${role} `).join('')
    const body = { grant_type: GRANT_TYPE, assertion: await assertion(claims), scope }
    return (await (await exchange(body)).json()).accessToken
  }

  return {
    ...server,
    url,
    assertion,
    exchange,
    bearer,
    async call(route, body, token) {
      const [method = '', path = ''] = route.split(' ')
      const authorization = `Bearer ${token ?? (await bearer([server.roleId]))}`
      return fetch(`${url}/v1/vaults/${vaultId}${path === '/' ? '' : path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    },
  }
}

export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}

export const ada: Record<string, unknown> = {
  patient_id: 'P-1001',
  name: 'Ada Lovelace',
  ssn: '123-45-6789',
  date_of_birth: '1815-12-10',
  email: 'ada@example.org',
}

/** Inserts records and returns their ids with their tokens. */
export async function insert(
  skyflow: OpenSkyflow,
  ...records: Record<string, unknown>[]
): Promise<{ skyflow_id: string; tokens: Record<string, string> }[]> {
  const body = { records: records.map((fields) => ({ fields })), tokenization: true }
  const response = await skyflow.call('POST /patients', body)
  if (response.status !== 200) throw new Error(await response.text())
  return (await response.json()).records
}
