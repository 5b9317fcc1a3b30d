/** A `getBearerToken` for Skyflow's own SDKs. */
import {
  type AudienceName,
  type BrokerShape,
  isTokenError,
  type TokenClient,
} from '@valetkey/client'
import { jwtDecode } from 'jwt-decode'
import { SkyflowError } from './skyflow-error.ts'

export interface SkyflowBearerOptions {
  /** How long the SDK may be kept waiting, in milliseconds. @default 15000 */
  timeoutMs?: number
}

type Bearers = Pick<TokenClient, 'getToken' | 'status'>

const TIMEOUT_MS = 15_000
/** A mint may come between two looks; a third one means that lives are too short to speak of. */
const LOOKS = 3

/**
 * A callback for `getBearerToken` of skyflow-js and skyflow-node. The SDK keeps a token to its last second
 * and never recovers from a refused one, so this hands out none with less than half its life. It asks the
 * broker once, however many callers there are; always settles; never throws; rejects with a text, since an
 * `Error` reaches callers of skyflow-js as `{}`.
 *
 * @throws {SkyflowError} `config` for a time that cannot be; the callback itself never throws.
 * @example
 * ```ts
 * Skyflow.init({ vaultID, vaultURL, getBearerToken: skyflowBearer(tokens, 'cards') })
 * ```
 */
export function skyflowBearer<B extends BrokerShape = BrokerShape>(
  client: TokenClient<B>,
  audience: AudienceName<B>,
  { timeoutMs = TIMEOUT_MS }: SkyflowBearerOptions = {},
): () => Promise<string> {
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31))
    throw new SkyflowError('config', 'timeoutMs must be a positive number of milliseconds')
  return () =>
    bearerOf(client, audience, AbortSignal.timeout(timeoutMs)).catch((error: unknown) => {
      throw textOf(error, timeoutMs)
    })
}

async function bearerOf(client: Bearers, audience: string, signal: AbortSignal): Promise<string> {
  let minRemaining = shareOf(client, audience) / 2
  for (let look = 1; ; look++) {
    try {
      const { value } = await client.getToken(audience, { minRemaining, signal })
      // What has just come may live for another time than the one before.
      const half = Math.max(shareOf(client, audience), lifeOf(value)) / 2
      if (half <= minRemaining || look === LOOKS) return value
      minRemaining = half
    } catch (error) {
      const isTooMuch = isTokenError(error) && error.code === 'min_remaining_unmet'
      if (!isTooMuch || look === LOOKS) throw error
      // The broker gives no more, as where the login ends before the token.
      minRemaining = shareOf(client, audience) / 2
    }
  }
}

/** Milliseconds of life that the broker gave to the present token; 0 if there is none. */
function shareOf(client: Bearers, audience: string): number {
  const { expiresAt, mintedAt } = client.status(audience)
  return expiresAt === undefined || mintedAt === undefined ? 0 : expiresAt - mintedAt
}

/** Milliseconds of its whole life, from its mint on: the broker may have had it for a while. 0 if it names none. */
function lifeOf(bearer: string): number {
  try {
    const { iat, exp } = jwtDecode(bearer)
    return iat !== undefined && exp !== undefined && exp > iat ? (exp - iat) * 1000 : 0
  } catch {
    // It is opaque.
    return 0
  }
}

function textOf(error: unknown, timeoutMs: number): string {
  if (isTokenError(error)) {
    const { code, message } = error
    return message.startsWith(code) ? message : `${code}: ${message}`
  }
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `broker_timeout: No Skyflow token within ${timeoutMs} ms. Try again; check the broker.`
  return 'No Skyflow token could be had. Check the console and the broker.'
}
