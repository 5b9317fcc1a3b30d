/** A token endpoint that answers as told, with a minter that exchanges there. */
import type { RequestListener } from 'node:http'
import type { Minter, MintRequest } from '@valetkey/broker'
import { skyflow, type SkyflowMinterOptions } from '../../src/minter/index.ts'
import { credentialsFor, json, type TestServer } from '../setup.ts'

export const vaultUrl = 'https://localhost:9443/base'
export const NOW = 1_893_456_000_250
export const clock = { now: (): number => NOW }

/** A bearer that ends at `exp`, or does not say. */
export const bearer = (exp: number | undefined): string =>
  `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.c2ln`
export const granted = (
  accessToken: unknown,
  rest: object = { tokenType: 'Bearer' },
): RequestListener => json(200, { accessToken, ...rest })
export const good: RequestListener = granted(bearer(1_893_459_600))

export function requestFor(changes: Partial<MintRequest> = {}): MintRequest {
  const { signal } = new AbortController()
  return { audience: 'cards', lifetimeMs: 3_600_000, signal, ...changes }
}

export function minterOf({ url }: TestServer, options: Partial<SkyflowMinterOptions> = {}): Minter {
  return skyflow({ credentials: credentialsFor(`${url}/token`), vaultUrl, clock, ...options })
}

export interface Exchange {
  grant_type: string
  assertion: string
  scope?: string
}

export const exchangeIn = (server: TestServer, call = 0): Exchange =>
  JSON.parse(server.bodies[call] ?? '')

export function claimsIn(server: TestServer, call = 0): Record<string, unknown> {
  const [, payload = ''] = exchangeIn(server, call).assertion.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}
