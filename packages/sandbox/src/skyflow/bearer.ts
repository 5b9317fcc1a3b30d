/** Mints the bearer tokens of the emulated service, with the check that its vault makes of them. */
import { SignJWT } from 'jose'
import type { Accounts } from './accounts.ts'
import type { Assertion } from './assertion.ts'
import { unauthenticated } from './errors.ts'
import type { Role } from './policy.ts'
import type { KeyPair, ServiceAccount } from './service-account.ts'
import { claimsOf, isSignedBy } from './signed-token.ts'

const ISSUER = 'sa-auth@manage.emulator'
const AUDIENCE = 'https://manage.skyflowapis.com'
const API_KEY_PREFIX = 'sky-'
const HINT = 'Use a valid bearer token. See https://docs.skyflow.com/api-authentication/'

export interface Bearer {
  account: ServiceAccount
  roles: readonly Role[]
  jti: string | undefined
}

export interface BearerDraft {
  /** Whose token it is, with what its policies may read of the user. */
  holder: Pick<Assertion, 'account' | 'context'>
  /** Without it the token has every role of its account. */
  roles: readonly Role[] | undefined
  nowSeconds: number
  expSeconds: number
}

export interface Bearers {
  mint(draft: BearerDraft): Promise<string>
  /** @throws {SkyflowError} 401 for any token that is not good now. */
  check(token: string, nowMs: number): Promise<Bearer>
}

/** The service's key is made while the first requests are still to come, hence a promise. */
export function createBearers(keys: Promise<KeyPair>, accounts: Accounts): Bearers {
  return {
    async mint({ holder, roles, nowSeconds, expSeconds }) {
      const { privateKey } = await keys
      const { account, context } = holder
      const claims = {
        key: account.keyId,
        ...(roles && { scp: roles.map(({ id }) => `role:${id}`) }),
        ...(context !== undefined && { ctx: context }),
      }
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(account.clientName)
        .setJti(crypto.randomUUID())
        .setIssuedAt(nowSeconds)
        .setExpirationTime(expSeconds)
        .sign(privateKey)
    },
    async check(token, nowMs) {
      if (token.startsWith(API_KEY_PREFIX)) return holderOf(accounts, token)
      const claims = claimsOf(token)
      const { publicKey } = await keys
      const account = accounts.ofKey(claims?.['key'])
      if (!claims || !account || !(await isSignedBy(token, publicKey)))
        throw unauthenticated(`Bearer token is invalid. ${HINT}`)
      const { exp, scp, jti } = claims
      if (typeof exp !== 'number' || exp * 1000 <= nowMs)
        throw unauthenticated(`Bearer token is expired. ${HINT}`)
      return {
        account,
        roles: rolesOf(account, scp),
        jti: typeof jti === 'string' ? jti : undefined,
      }
    },
  }
}

function holderOf(accounts: Accounts, text: string): Bearer {
  const key = accounts.apiKeyOf(text)
  const account = accounts.ofClient(key?.clientId)
  if (!key || !account) throw unauthenticated('API key is invalid. Use a valid API key.')
  if (!key.isActive) throw unauthenticated('API key is disabled. Use a valid API key.')
  return { account, roles: account.roles, jti: key.id }
}

function rolesOf({ roles }: ServiceAccount, scp: unknown): readonly Role[] {
  return Array.isArray(scp) ? roles.filter(({ id }) => scp.includes(`role:${id}`)) : roles
}
