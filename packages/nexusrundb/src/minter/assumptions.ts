/** Names what of the token endpoint is left at our assumption, since it is documented nowhere. */
import { DEFAULT_TOKEN_PATH } from './token-endpoint.ts'

interface Assumable {
  tokenMethod?: unknown
  tokenPath?: unknown
  expiryParam?: unknown
  tokenField?: unknown
  extractToken?: unknown
}

/** In words for a log, `undefined` where everything was set: then it is the operator's knowledge. */
export function assumptionOf(options: Assumable): string | undefined {
  const assumed = [
    options.tokenMethod === undefined && 'POST (tokenMethod)',
    options.tokenPath === undefined && `${DEFAULT_TOKEN_PATH} (tokenPath)`,
    options.expiryParam === undefined && '?expiry= (expiryParam)',
    options.tokenField === undefined &&
      options.extractToken === undefined &&
      'the token under a usual name (tokenField)',
  ].filter((part) => part !== false)
  if (assumed.length === 0) return undefined
  return `assumed of the token endpoint, which its documents do not describe: ${assumed.join(', ')}; compare them with the portal's page Token Generation, and set what you have seen`
}
