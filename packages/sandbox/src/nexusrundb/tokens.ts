/** Mints the tokens of the emulated database, with the check that it makes of them. */
import { randomBytes } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { unauthorized } from './answers.ts'
import type { NexusRunDbHabits } from './habits.ts'

export interface TokenDraft {
  /** The id of the access key whose rights it has. */
  accessKey: string
  nowMs: number
  lifetimeMs: number
  exp: Required<NexusRunDbHabits>['exp']
}

export interface Tokens {
  mint(draft: TokenDraft): Promise<string>
  /** The id of the access key. @throws {NexusRunDbError} 401 for any token that is not good now. */
  check(token: string, nowMs: number): Promise<{ accessKey: string; jti: string | undefined }>
}

/** To the database its own claim `ends` (epoch milliseconds) counts: `exp` may be absent. */
export function createTokens(): Tokens {
  const secret = randomBytes(32)
  return {
    async mint({ accessKey, nowMs, lifetimeMs, exp }) {
      const ends = nowMs + lifetimeMs
      const claims = {
        ends,
        ...(exp !== 'absent' && { exp: exp === 'seconds' ? ends / 1000 : ends }),
      }
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(accessKey)
        .setJti(crypto.randomUUID())
        .sign(secret)
    },
    async check(token, nowMs) {
      const { sub = '', jti, ends } = await claimsOf(token, secret)
      if (typeof ends !== 'number' || ends <= nowMs) throw unauthorized('The token is expired')
      return { accessKey: sub, jti }
    },
  }
}

async function claimsOf(
  token: string,
  secret: Uint8Array,
): Promise<{ sub?: string | undefined; jti?: string | undefined; ends?: unknown }> {
  try {
    // When it ends is judged by the caller, to the millisecond.
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      currentDate: new Date(0),
    })
    return { sub: payload.sub, jti: payload.jti, ends: payload['ends'] }
  } catch (error) {
    if (error instanceof errors.JOSEError) throw unauthorized('The token is invalid')
    throw error
  }
}
