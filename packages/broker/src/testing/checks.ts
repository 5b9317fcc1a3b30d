/** What the minter contract looks at: tokens, resources, places where a secret could show. */
import { jwtExpiresAt } from '../jwt-expiry.ts'
import type { MintedToken } from '../minter.ts'

/** Throws unless `condition` holds; a plain error, so that any test runner understands it. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`minter contract: ${message}`)
}

/** What is wrong with a token, or `undefined`. Quotes no part of it. */
export function notAToken(
  token: MintedToken,
  { startedAt, lifetimeMs }: { startedAt: number; lifetimeMs: number },
): string | undefined {
  if (!/^[\x21-\x7e]{1,131072}$/.test(token.value))
    return 'value is not 1 to 131072 printable ASCII characters'
  if (!Number.isFinite(token.expiresAt)) return 'expiresAt is not a finite number'
  if (token.expiresAt <= startedAt) return 'expiresAt lies in the past (epoch milliseconds?)'
  // Whole seconds may round up by less than one.
  const latestMs = startedAt + lifetimeMs + 1_000
  if (token.expiresAt > latestMs) return 'expiresAt lies beyond the lifetime asked for'
  if (token.resource !== undefined) {
    const fault = notAResource(token.resource)
    if (fault) return `resource ${fault}`
  }
  return notItsExp(token)
}

function notItsExp({ value, expiresAt }: MintedToken): string | undefined {
  const endsAt = jwtExpiresAt(value)
  if (endsAt === undefined) return undefined
  if (expiresAt > endsAt + 1_000) return 'expiresAt lies beyond the exp of the JWT'
  if (expiresAt < endsAt - 60_000) return 'the JWT lives over a minute longer than expiresAt'
  return undefined
}

/** What is wrong with a resource's base URL (RFC 8707, section 2), or `undefined`. */
export function notAResource(resource: string): string | undefined {
  if (!URL.canParse(resource)) return 'is not an absolute URL'
  const { protocol, username, password, hash, search } = new URL(resource)
  if (protocol !== 'https:' && protocol !== 'http:') return 'is neither https nor http'
  if (username || password) return 'holds a user name or a password'
  if (hash || search) return 'holds a query or a fragment'
  return undefined
}

/** The path at which a secret shows in `value`, its properties, message or causes, or `undefined`. */
export function leakOf(value: unknown, secrets: readonly string[]): string | undefined {
  const seen = new Set<unknown>()
  const visit = (part: unknown, path: string): string | undefined => {
    if (typeof part === 'string') return secrets.some((s) => part.includes(s)) ? path : undefined
    if (typeof part !== 'object' || part === null || seen.has(part)) return undefined
    seen.add(part)
    if (ArrayBuffer.isView(part)) return undefined
    for (const key of Reflect.ownKeys(part)) {
      const leak = visit(Reflect.get(part, key), `${path}.${String(key)}`)
      if (leak) return leak
    }
    return undefined
  }
  return visit(value, 'value')
}
