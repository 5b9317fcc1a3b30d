/** Gives Ably's tokens and knows them again: the half of the emulator that the minter talks to. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Capability, intersected } from './emulated-capability.ts'

export interface EmulatedToken {
  /** Epoch milliseconds. */
  readonly expires: number
  readonly capability: Capability
  readonly clientId: unknown
}

export interface TokenDesk {
  /** A token for a request that is signed, or the number of Ably's error. */
  readonly answer: (request: SentRequest) => object | number
  /** The token that a header holds, or the number of Ably's error. */
  readonly read: (authorization: string | undefined) => EmulatedToken | number
  /** From now on the tokens there are count as revoked. */
  readonly revokeAll: () => void
  /** How many tokens were given. */
  readonly given: () => number
}

/** What came over the wire, whatever it is. */
export type SentRequest = Readonly<
  Record<'keyName' | 'ttl' | 'capability' | 'clientId' | 'timestamp' | 'nonce' | 'mac', unknown>
>

export interface TokenRules {
  /** `<app id>.<key id>:<secret>` */
  readonly key: string
  /** What the key may do. */
  readonly capability: Capability
  readonly now: () => number
}

const TOLERANCE_MS = 120_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MIN_NONCE_CHARACTERS = 16

export function createTokenDesk({ key, capability: allowed, now }: TokenRules): TokenDesk {
  const [keyName = '', secret = ''] = key.split(':')
  const tokens = new Map<string, EmulatedToken>()
  const seen = new Set<string>()
  let given = 0

  function faultOf(request: SentRequest): number | undefined {
    const { ttl, capability = '', clientId = '', timestamp, nonce, mac } = request
    const text = [keyName, ttl ?? '', capability, clientId, timestamp, nonce, ''].join('\n')
    const expected = createHmac('sha256', secret).update(text).digest()
    if (request.keyName !== keyName || !isEqual(expected, mac)) return 40101
    if (!(Math.abs(now() - Number(timestamp)) <= TOLERANCE_MS)) return 40104
    if (typeof nonce !== 'string' || nonce.length < MIN_NONCE_CHARACTERS) return 40003
    const once = `${Number(timestamp)} ${nonce}`
    if (seen.has(once)) return 40105
    seen.add(once)
    const lifeMs = Number(ttl ?? HOUR_MS)
    return lifeMs >= 1 && lifeMs <= DAY_MS ? undefined : 40003
  }

  return {
    answer(request) {
      const fault = faultOf(request)
      if (fault !== undefined) return fault
      const { ttl, capability, clientId } = request
      const wish = typeof capability === 'string' ? JSON.parse(capability) : allowed
      const granted = intersected(wish, allowed)
      if (Object.keys(granted).length === 0) return 40160
      const token = `${keyName.split('.')[0]}.${randomBytes(24).toString('base64url')}`
      const issued = Math.floor(now())
      const expires = issued + Number(ttl ?? HOUR_MS)
      tokens.set(token, { expires, capability: granted, clientId })
      given += 1
      return { token, keyName, issued, expires, capability: JSON.stringify(granted), clientId }
    },
    read(authorization = '') {
      const [, encoded = ''] = /^Bearer (\S+)$/.exec(authorization) ?? []
      const token = tokens.get(Buffer.from(encoded, 'base64').toString())
      if (!token) return 40140
      return now() < token.expires ? token : 40142
    },
    revokeAll: () => tokens.clear(),
    given: () => given,
  }
}

function isEqual(expected: Buffer, mac: unknown): boolean {
  const received = Buffer.from(String(mac), 'base64')
  return received.length === expected.length && timingSafeEqual(received, expected)
}
