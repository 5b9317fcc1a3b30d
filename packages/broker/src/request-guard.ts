/** Decides whether a request may be one of the app's own: CSRF, CORS, method, types. */
import { PROTOCOL_VERSION, VERSION_HEADER } from '@valetkey/protocol'
import { OAuthError } from './oauth-error.ts'

/** The headers that say where a request comes from. */
export interface Provenance {
  /** `Origin`, or `null` if it is absent. */
  origin: string | null
  /** `Sec-Fetch-Site`. */
  site: string | null
  /** The request carries `Authorization: Bearer`. */
  hasBearer: boolean
}

/** `bearer-only`: let in on the bearer alone, so that no cookie counts. */
export type Verdict = 'allowed' | 'bearer-only' | 'refused'

/** The oracle of the protocol page. Knows nothing of the URL or the Host, which a stranger may choose. */
export function judgeProvenance(
  { origin, site, hasBearer }: Provenance,
  origins: ReadonlySet<string>,
): Verdict {
  if (origin === 'null' || site === 'none') return 'refused'
  if (site === 'same-origin') return 'allowed'
  if (origin !== null) return origins.has(origin) ? 'allowed' : 'refused'
  return site === null && hasBearer ? 'bearer-only' : 'refused'
}

/** The request's origin, if it is one of the app's. */
export function listedOrigin(request: Request, origins: ReadonlySet<string>): string | undefined {
  const origin = request.headers.get('Origin')
  return origin !== null && origin !== 'null' && origins.has(origin) ? origin : undefined
}

/**
 * Checks all that can be known of a token request before its body is read. What it gives back is the
 * request as `authenticate` may see it.
 *
 * @throws {OAuthError} `csrf_rejected` or `invalid_request`
 */
export function guardTokenRequest(request: Request, origins: ReadonlySet<string>): Request {
  const trusted = guardRequest(request, origins)
  checkTypes(request.headers)
  return trusted
}

/**
 * Checks that a request of any method comes from the app, and in which version.
 *
 * @throws {OAuthError} `csrf_rejected` or `invalid_request`
 */
export function guardRequest(request: Request, origins: ReadonlySet<string>): Request {
  const { headers } = request
  const version = headers.get(VERSION_HEADER)
  if (version === null)
    throw new OAuthError('csrf_rejected', `The header ${VERSION_HEADER} is missing`)
  const verdict = judgeProvenance(provenanceOf(headers), origins)
  if (verdict === 'refused')
    throw new OAuthError('csrf_rejected', 'The request comes from an origin that is not the app')
  if (version !== PROTOCOL_VERSION)
    throw new OAuthError('invalid_request', 'This version of the protocol is not spoken here', {
      supported: [PROTOCOL_VERSION],
    })
  return verdict === 'bearer-only' ? withoutCookies(request) : request
}

function provenanceOf(headers: Headers): Provenance {
  return {
    origin: headers.get('Origin'),
    site: headers.get('Sec-Fetch-Site'),
    hasBearer: /^bearer\s+\S/i.test(headers.get('Authorization') ?? ''),
  }
}

function checkTypes(headers: Headers): void {
  const contentType = headers.get('Content-Type') ?? ''
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType))
    throw new OAuthError('invalid_request', 'Content-Type is not application/json', { status: 415 })
  const encoding = headers.get('Content-Encoding') ?? 'identity'
  if (encoding.trim().toLowerCase() !== 'identity')
    throw new OAuthError('invalid_request', 'The body is compressed; send it plain', {
      status: 415,
    })
  if (!acceptsJson(headers.get('Accept')))
    throw new OAuthError('invalid_request', 'Accept leaves out application/json', { status: 406 })
}

function acceptsJson(accept: string | null): boolean {
  if (accept === null || accept.trim() === '') return true
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) return false
    return type === '*/*' || type === 'application/*' || type === 'application/json'
  })
}

function withoutCookies(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.delete('Cookie')
  return new Request(request.url, { method: request.method, headers })
}
