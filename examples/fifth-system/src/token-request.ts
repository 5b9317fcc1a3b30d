/** Signs what Ably swaps for a token: https://ably.com/docs/api/token-request-spec */
import { createHmac } from 'node:crypto'

/** Operations by channel; `*` stands for all. */
export type Capability = Readonly<Record<string, readonly string[]>>

export interface TokenRequest {
  readonly keyName: string
  /** Milliseconds. */
  readonly ttl: number
  /** JSON, as `canonical` writes it. */
  readonly capability: string
  readonly clientId: string
  /** Epoch milliseconds. */
  readonly timestamp: number
  /** At least 16 characters, never the same twice. */
  readonly nonce: string
}

/** Sorted and without white space, since it is part of what is signed. */
export function canonical(capability: Capability): string {
  const sorted = Object.entries(capability)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([channel, operations]) => [channel, operations.toSorted()])
  return JSON.stringify(Object.fromEntries(sorted))
}

export function sign(request: TokenRequest, secret: string): TokenRequest & { mac: string } {
  const { keyName, ttl, capability, clientId, timestamp, nonce } = request
  const text = [keyName, ttl, capability, clientId, timestamp, nonce, ''].join('\n')
  return { ...request, mac: createHmac('sha256', secret).update(text).digest('base64') }
}
