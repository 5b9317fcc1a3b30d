/** Where a token may go: exact origins only (pure). */
import { attempt } from './attempt.ts'
import { TokenError } from './errors.ts'

const SAFE = /^https:|^http:\/\/((.+\.)?localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/

/** True for https, and for http on this machine, without user name or password in the address. */
function isSafeUrl(url: URL): boolean {
  return SAFE.test(url.origin) && !url.username && !url.password
}

/** Parses an absolute URL; `undefined` if it is relative or none. */
function parseUrl(text?: string, base?: string): URL | undefined {
  return text ? attempt(() => new URL(text, base)) : undefined
}

/** Parses an address that a secret may go to: a safe one, or one of the origin of `base`. */
export function safeUrl(text: string | undefined, base?: string): URL | undefined {
  const url = parseUrl(text, base)
  const own = url?.origin === parseUrl(base)?.origin
  return url && (own || isSafeUrl(url)) ? url : undefined
}

type Listed = Readonly<Record<string, readonly string[]>>

export interface Destination {
  readonly audience: string
  readonly resource: string | undefined
  /** Missing where the broker keeps the token: the call, with the app's session, goes to this audience's place there alone. */
  readonly access?: object | undefined
}

/** An address with a scheme, or one that names a host without it. */
const ABSOLUTE = /^[a-z][\w+.-]*:|^[\\/]{2}/i

/**
 * The URL of a vault call. An absolute one stays as it is; a relative one is joined to the resource by
 * concatenation, as OpenAPI servers are. Throws `origin_not_allowed` unless it is of the resource's
 * origin or of one listed for the audience.
 */
export function targetUrl(
  input: string,
  { audience, resource = '', access }: Destination,
  { listed, base }: { readonly listed: Listed; readonly base: string | undefined },
): string {
  const text = ABSOLUTE.test(input) ? input : resource + input.replace(/^[\\/]/, '')
  // What begins with the vault's own base, which ends in a slash, can lead to no other host.
  if (access && resource.startsWith('https:') && text.startsWith(resource)) return text
  const url = parseUrl(text)
  const allowed = [parseUrl(resource)?.origin, ...listedFor(audience, listed)]
  const isAllowed = (to: URL) =>
    access
      ? isSafeUrl(to) && allowed.includes(to.origin)
      : base && resource.startsWith(base) && to.href.startsWith(resource)
  if (url && isAllowed(url)) return url.href
  throw new TokenError('origin_not_allowed', url?.origin, { audience })
}

/** What the app lists for an audience, or for its group. */
export function listedFor(audience: string, listed: Listed): string[] {
  return [audience, audience.split('/')[0] ?? ''].flatMap((name) => listed[name] ?? [])
}

/** Checks the `origins` option once, at construction. */
export function checkListedOrigins(listed: Listed): void {
  for (const origins of Object.values(listed))
    for (const origin of origins)
      if (safeUrl(origin)?.origin !== origin) throw new TokenError('config', `origins: ${origin}`)
}
