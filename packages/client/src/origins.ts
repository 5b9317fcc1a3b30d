/** Where a token may go: exact origins only (pure). */
import { TokenError } from './errors.ts'

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** True for https, and for http on this machine, without user name or password in the address. */
export function isSafeUrl(url: URL): boolean {
  const safe =
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
  return safe && url.username === '' && url.password === ''
}

/** Parses an absolute URL; `undefined` if it is relative or none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/**
 * The URL of a vault call. An absolute one stays as it is; a relative one is joined to the resource by
 * concatenation, as OpenAPI servers are.
 */
export function vaultUrl(input: string, resource: string | undefined): URL | undefined {
  const absolute = parseUrl(input)
  if (absolute) return absolute
  if (resource === undefined || /^[\\/]{2}/.test(input)) return undefined
  return parseUrl(`${resource.replace(/\/+$/, '')}/${input.replace(/^\//, '')}`)
}

export interface OriginCheck {
  readonly url: URL | undefined
  readonly audience: string
  readonly resource: string | undefined
  readonly listed: Readonly<Record<string, readonly string[]>>
}

/** The URL, if it is of the resource's origin or of one listed for the audience; else throws `origin_not_allowed`. */
export function allowedUrl({ url, audience, resource, listed }: OriginCheck): URL {
  const names = [audience, audience.split('/')[0] ?? '']
  const allowed = names.flatMap((name) => listed[name] ?? [])
  if (resource) allowed.push(new URL(resource).origin)
  if (url && isSafeUrl(url) && allowed.includes(url.origin)) return url
  throw new TokenError('origin_not_allowed', url?.origin, { audience })
}

/** Checks the `origins` option once, at construction. */
export function checkListedOrigins(listed: Readonly<Record<string, readonly string[]>>): void {
  for (const [audience, origins] of Object.entries(listed))
    for (const origin of origins) {
      const url = parseUrl(origin)
      if (!url || !isSafeUrl(url) || url.origin !== origin)
        throw new TokenError('config', `origins['${audience}']: ${origin}`)
    }
}
