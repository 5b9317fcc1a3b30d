/** Ways to spoil a broker that is seen from outside alone. */

type Fetch = (request: Request) => Promise<Response>
type Body = Record<string, unknown> & { tokens?: Record<string, unknown>[] }

export interface Mutant {
  name: string
  spoil: (fetch: Fetch) => Fetch
  /** Ids of the cases that fail, and no others do. */
  found: readonly string[]
}

/** Changes the headers of every request. */
export function asked(change: (headers: Headers, request: Request) => void): Mutant['spoil'] {
  return (fetch) => (request) => {
    const headers = new Headers(request.headers)
    change(headers, request)
    return fetch(new Request(request, { headers }))
  }
}

/** Changes the bodies of token requests that can be read; others go as they came. */
export function askedFor(change: (body: Body) => void): Mutant['spoil'] {
  return (fetch) => async (request) => {
    if (!request.url.endsWith('/tokens') || !request.body) return fetch(request)
    const { url, method, headers } = request
    const text = await request.arrayBuffer()
    const body = parsed(new TextDecoder().decode(text))
    if (!body) return fetch(new Request(url, { method, headers, body: text }))
    const before = JSON.stringify(body)
    change(body)
    const after = JSON.stringify(body)
    return fetch(new Request(url, { method, headers, body: before === after ? text : after }))
  }
}

function parsed(text: string): (Body & { tokens: Record<string, unknown>[] }) | undefined {
  try {
    const body = JSON.parse(text)
    const isWhole =
      Array.isArray(body?.tokens) && body.tokens.every((it: unknown) => Object(it) === it)
    return isWhole ? body : undefined
  } catch {
    return undefined
  }
}

/** Changes headers and status of every response. */
export function answered(
  change: (headers: Headers, response: Response, request: Request) => number | void,
) {
  return (fetch: Fetch): Fetch =>
    async (request) => {
      const response = await fetch(request)
      const headers = new Headers(response.headers)
      const status = change(headers, response, request) ?? response.status
      return new Response(response.body, { status, headers })
    }
}

/** Changes every JSON body. */
export function told(change: (body: Body, request: Request) => unknown): Mutant['spoil'] {
  return (fetch) => async (request) => {
    const response = await fetch(request)
    const isJson = response.headers.get('Content-Type')?.includes('json')
    if (!isJson || !response.headers.has('X-Valet-Key')) return response
    const body = (await response.json()) as Body
    const { status, headers } = response
    return new Response(JSON.stringify(change(body, request) ?? body), { status, headers })
  }
}

/** Changes every token. */
export const granted = (change: (item: Record<string, unknown>) => void): Mutant['spoil'] =>
  told(({ tokens = [] }) => tokens.filter((item) => 'access_token' in item).forEach(change))
