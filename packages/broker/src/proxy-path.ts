/** Reads where a proxied call goes: refuses every path that could mean two things, joins the rest. */
import { isAudience } from '@valetkey/protocol'
import { OAuthError } from './oauth-error.ts'

/** The target of a proxied call. */
export interface ProxyTarget {
  readonly audience: string
  /** Below the vault's base URL, canonical, starting with `/`. */
  readonly path: string
  /** Empty, or starting with `?`. */
  readonly query: string
}

/** RFC 3986, section 3.3: what a path may hold. All else has to be percent-encoded. */
const PATH = /^(?:[\w\-.~!$&'()*+,;=:@/]|%[\da-f]{2})*$/i
/** Encoded: dot, slash, backslash, percent sign, controls. Each reads differently to a second decoder. */
const ENCODED = /%(?:2e|2f|5c|25|7f|[01][\da-f])/i
const CONTROL = /\p{Cc}/u
/** Backslash, percent sign, and what older systems map to a slash or a backslash. */
const MISREAD = /[\\%\u2044\u2215\u2216\u29f5\u29f8]/
const QUERY = /^(?:\?[\x21\x22\x24-\x7e]*)?$/
const OVERRIDES = /^(?:_method|\$?(?:x-)?http-?method(?:-?override)?|x-method-override)$/i

/**
 * Takes the target apart as it was spelled on the wire. `prefix` is the path of the proxy, with a slash at
 * its end.
 *
 * @throws {OAuthError} `invalid_request`
 */
export function readProxyTarget(spelled: string, prefix: string): ProxyTarget {
  if (!spelled.startsWith(prefix)) throw refusal('it is not spelled from the root, plainly')
  const rest = spelled.slice(prefix.length)
  const questionAt = rest.indexOf('?')
  const [whole, query] =
    questionAt === -1 ? [rest, ''] : [rest.slice(0, questionAt), rest.slice(questionAt)]
  const slashAt = whole.indexOf('/')
  if (slashAt === -1) throw refusal('after the audience it names no path')
  const path = whole.slice(slashAt)
  const fault = pathFault(path) ?? queryFault(query)
  if (fault !== undefined) throw refusal(fault)
  return { audience: readAudience(whole.slice(0, slashAt)), path, query }
}

/** The whole address at the vault; `undefined` if the base URL is none that a path can be joined to. */
export function joinResource(
  resource: string,
  { path, query }: Pick<ProxyTarget, 'path' | 'query'>,
): URL | undefined {
  const base = readResource(resource)
  if (!base) return undefined
  const url = URL.parse(`${base.origin}${base.pathname.replace(/\/$/, '')}${path}${query}`)
  const isInside =
    url?.origin === base.origin && url.pathname === base.pathname.replace(/\/$/, '') + path
  // A parser that reads the whole other than its parts must not have the last word.
  return isInside && url.username === '' && url.password === '' && url.hash === '' ? url : undefined
}

/** The base URL of a vault: http(s), with neither user name, query nor fragment. */
export function readResource(resource: string): URL | undefined {
  const url = URL.parse(resource)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined
  const { username, password, search, hash } = url
  return username || password || search || hash ? undefined : url
}

function readAudience(segment: string): string {
  const audience = PATH.test(segment) ? decoded(segment) : undefined
  if (audience === undefined || !isAudience(audience))
    throw refusal('its first segment is not an audience name, percent-encoded')
  return audience
}

function pathFault(path: string): string | undefined {
  if (!PATH.test(path)) return 'it holds a character that has to be percent-encoded'
  if (path.includes('//')) return 'it holds an empty segment'
  if (ENCODED.test(path))
    return 'it holds a dot, a slash, a backslash, a percent sign or a control character, encoded'
  const plain = decoded(path)
  if (plain === undefined) return 'its percent-encoding is not UTF-8'
  return ambiguity(plain)
}

/** Some servers read a fullwidth slash as a slash, cut off `;` parameters, or trim. */
function ambiguity(plain: string): string | undefined {
  if (CONTROL.test(plain)) return 'it holds a control character'
  const folded = plain.normalize('NFKC')
  if (MISREAD.test(folded) || folded.split('/').length !== plain.split('/').length)
    return 'it holds a character that some servers read as another'
  const isDots = (segment: string): boolean => /^\.{1,2}$/.test(segment.replace(/;.*$/, '').trim())
  return folded.split('/').some(isDots) ? 'it holds a dot segment' : undefined
}

function queryFault(query: string): string | undefined {
  if (!QUERY.test(query)) return 'its query holds a character that has to be percent-encoded'
  const names = [...new URLSearchParams(query).keys()]
  return names.some((name) => OVERRIDES.test(name)) ? 'its query names another method' : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function refusal(why: string): OAuthError {
  return new OAuthError('invalid_request', `The path is not taken: ${why}`)
}
