/** Makes access tokens that show no part of their value when printed, logged, spread or serialized. */
import type { AccessToken } from './types.ts'

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

type Shown = { [K in Exclude<keyof AccessToken, 'value'>]: AccessToken[K] | undefined }

/** Builds an `AccessToken` whose `value` is a hidden getter; nothing enumerable holds the text. */
export function createAccessToken(value: string, shown: Shown): AccessToken {
  const redacted = () => ({ ...shown, value: '[redacted]' })
  const text = () => `[access token for ${shown.audience}]`
  return Object.freeze(
    Object.defineProperties({ ...shown } as AccessToken, {
      value: { get: () => value },
      toJSON: { value: redacted },
      toString: { value: text },
      [INSPECT]: { value: redacted },
    }),
  )
}
