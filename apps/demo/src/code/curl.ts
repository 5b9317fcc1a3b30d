/** Writes the shell commands that do what the page did, in either delivery. */
import { isProxied } from '../audiences.ts'

export interface CurlCall {
  audience: string
  /** The vault's address. */
  url: string
  method: 'GET' | 'POST' | 'DELETE'
  /** Below the vault's address, without a slash at the start. */
  path: string
  body?: unknown
}

/** Signs in, gets a token where the page would hold one, calls the vault. */
export function curlOf(call: CurlCall, origin: string, user: string): string {
  const session = [
    `DEMO=${origin}`,
    '# a login of its own: the cookie of this page is out of its reach',
    `curl -s -o /dev/null -c cookie.txt -H "Origin: $DEMO" --json '{"user":"${user}"}' $DEMO/api/demo/session`,
  ]
  return [...session, '', ...(isProxied(call.audience) ? proxied(call) : direct(call))].join('\n')
}

function direct({ audience, url, path, ...rest }: CurlCall): string[] {
  const asked = JSON.stringify({ tokens: [{ id: '1', audience }] })
  return [
    'TOKEN=$(curl -s -b cookie.txt -H "Origin: $DEMO" -H "X-Valet-Key: 1" \\',
    `  --json ${quoted(asked)} \\`,
    "  $DEMO/api/broker/tokens | jq -r '.tokens[0].access_token')",
    '',
    `curl -H "Authorization: Bearer $TOKEN"${dataOf(rest)} \\`,
    `  '${withSlash(url)}${path}'`,
  ]
}

function proxied({ audience, path, ...rest }: CurlCall): string[] {
  return [
    '# no token: the broker adds it on the way',
    `curl -b cookie.txt -H "Origin: $DEMO" -H "X-Valet-Key: 1"${dataOf(rest)} \\`,
    `  "$DEMO/api/broker/proxy/${encodeURIComponent(audience)}/${path}"`,
  ]
}

function dataOf({ method, body }: Pick<CurlCall, 'method' | 'body'>): string {
  if (method === 'DELETE') return ' -X DELETE'
  return method === 'GET' ? '' : ` \\\n  --json ${quoted(JSON.stringify(body))}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}
