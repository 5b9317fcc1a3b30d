/** Makes access tokens that show no part of their value when printed, logged, spread or serialized. */
import type { AccessToken } from './types.ts'

/** Builds an `AccessToken` whose `value` is a hidden getter; nothing enumerable holds the text. */
export function createAccessToken(value: string, shown: Omit<AccessToken, 'value'>): AccessToken {
  const token = Object.defineProperty(shown, 'value', { get: () => value })
  return Object.freeze(token) as AccessToken
}
