/** Where and how tokens are asked for: none of it is documented but that it is Basic, and milliseconds in the query. */
import type { Database } from './addresses.ts'
import type { Report } from './fields.ts'

export interface TokenEndpointOptions {
  tokenMethod?: 'POST' | 'GET' | 'PUT'
  tokenPath?: string
  expiryParam?: string
}

export interface TokenEndpoint {
  readonly method: string
  /** The address that mints for an access key. */
  urlFor(accessKey: string, lifetimeMs: number): string
}

const METHODS: readonly unknown[] = ['POST', 'GET', 'PUT']
export const DEFAULT_TOKEN_PATH = 'accesskeys/{accessKey}/token'
const PLACE = /\{(\w*)\}/g
const PLACES = ['accessKey', 'databaseId']

/** The endpoint, or `undefined` with every fault reported. */
export function readTokenEndpoint(
  options: TokenEndpointOptions,
  { baseUrl, databaseId }: Database,
  report: Report,
): TokenEndpoint | undefined {
  const { tokenMethod = 'POST', tokenPath = DEFAULT_TOKEN_PATH, expiryParam = 'expiry' } = options
  if (!METHODS.includes(tokenMethod)) return report('tokenMethod', 'is none of POST, GET, PUT')
  if (typeof expiryParam !== 'string' || !/^[\w.-]{1,64}$/.test(expiryParam))
    return report('expiryParam', 'is not the name of a parameter')
  if (!isTemplate(tokenPath))
    return report(
      'tokenPath',
      'is not a path, or holds other places than {accessKey} and {databaseId}',
      `give one below the database, such as ${DEFAULT_TOKEN_PATH}, or from the host on, beginning with one slash`,
    )
  return {
    method: tokenMethod,
    urlFor(accessKey, lifetimeMs) {
      const values: Record<string, string> = { accessKey, databaseId }
      const path = tokenPath.replaceAll(PLACE, (_, name: string) =>
        encodeURIComponent(values[name] ?? ''),
      )
      const url = new URL(path, `${baseUrl}/`)
      url.searchParams.set(expiryParam, String(lifetimeMs))
      return url.href
    },
  }
}

/** Whatever fills its places, it stays on the host: credentials go there. */
function isTemplate(path: unknown): path is string {
  if (typeof path !== 'string' || path === '' || /^\/\/|[\\#\s]|:|(^|\/)\.{1,2}(\/|$)/.test(path))
    return false
  const places = Array.from(path.matchAll(PLACE), ([, name = '']) => name)
  return places.every((name) => PLACES.includes(name)) && !/[{}]/.test(path.replaceAll(PLACE, ''))
}
