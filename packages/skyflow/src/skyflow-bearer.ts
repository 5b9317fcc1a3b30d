/** A `getBearerToken` for Skyflow's own SDKs. */
import {
  type AudienceName,
  type BrokerShape,
  isTokenError,
  type TokenClient,
} from '@valetkey/client'

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
  return () =>
    bearerOf(client, audience, AbortSignal.timeout(timeoutMs)).catch((error: unknown) => {
      throw textOf(error, timeoutMs)
    })
}

async function bearerOf(client: Bearers, audience: string, signal: AbortSignal): Promise<string> {
  for (let look = 1; ; look++) {
    const lifeMs = lifeOf(client, audience)
    try {
      const { value } = await client.getToken(audience, { minRemaining: lifeMs / 2, signal })
      // What was just minted may live for another time than the one before.
      if (lifeOf(client, audience) === lifeMs || look === LOOKS) return value
    } catch (error) {
      const isShorter = isTokenError(error) && error.code === 'min_remaining_unmet'
      if (!isShorter || look === LOOKS) throw error
    }
  }
}

/** Milliseconds from mint to end of the present token; 0 if there is none. */
function lifeOf(client: Bearers, audience: string): number {
  const { expiresAt, mintedAt } = client.status(audience)
  return expiresAt === undefined || mintedAt === undefined ? 0 : expiresAt - mintedAt
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
