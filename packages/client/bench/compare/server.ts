/** Plays every server of the comparison: the app, three kinds of login service, a broker, an API, a stranger. */
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServerCertificate } from '../../../sandbox/src/certificate.ts'

export const HOSTS = ['app.test', 'idp.test', 'api.test', 'stranger.test'] as const

/** How requests for tokens are answered. */
export interface Mood {
  /** Seconds that tokens live. */
  lifetimeSeconds: number
  /** Answer with this in place of tokens. */
  failure?: { status: number; retryAfterSeconds?: number } | undefined
  /** Wait for this before answering. */
  gate?: Promise<void> | undefined
}

export interface TokenServer {
  readonly port: number
  readonly mood: Mood
  /** The server's clock, in epoch milliseconds. */
  now(): number
  /** Turns the server's clock on by hand from now on. */
  advance(ms: number): void
  /** A request for tokens has come whose answer only waits for the clock. */
  isAnswering(): boolean
  /** Requests for tokens so far, those of the login included. */
  requests(): number
  /** Whether the API would take this token now. */
  accepts(token: string | undefined): boolean
  /** The API no longer takes any token made so far. */
  revokeAll(): void
  /** The user's login has ended: from now on no token is given for it. */
  endLogin(): void
  /** Calls that the stranger got with a token. */
  leaked(): number
  close(): void
}

interface Cells {
  readonly scripts: ReadonlyMap<string, string>
  readonly mood: Mood
  readonly expiries: Map<string, number>
  readonly nonces: Map<string, string>
  byHand: number | undefined
  /** Answers that wait for their time, by the clock that is turned by hand. */
  readonly delayed: Set<{ readonly at: number; readonly go: () => void }>
  mints: number
  requests: number
  signedOut: boolean
  leaked: number
}

const SECOND = 1_000
const ID_TOKEN_SECONDS = 36_000
/** How long a request for tokens takes. */
const LATENCY_MS = 20

/** Opens the servers on one port of this machine. `scripts` are the pages' own, by path. */
export async function openTokenServer(
  scripts: ReadonlyMap<string, string>,
  { startAt }: { startAt?: number } = {},
): Promise<TokenServer> {
  const { certificate, key } = await createServerCertificate(HOSTS)
  const cells: Cells = {
    scripts,
    mood: { lifetimeSeconds: 3_600 },
    expiries: new Map(),
    nonces: new Map(),
    byHand: startAt,
    delayed: new Set(),
    mints: 0,
    requests: 0,
    signedOut: false,
    leaked: 0,
  }
  const server = createServer({ cert: certificate, key }, (request, response) => {
    void answer(cells, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return surface(cells, server)
}

function surface(cells: Cells, server: Server): TokenServer {
  return {
    port: (server.address() as AddressInfo).port,
    mood: cells.mood,
    now: () => nowOf(cells),
    advance(ms) {
      cells.byHand = nowOf(cells) + ms
      for (const one of cells.delayed)
        if (one.at <= cells.byHand && cells.delayed.delete(one)) one.go()
    },
    endLogin() {
      cells.signedOut = true
    },
    isAnswering: () => cells.delayed.size > 0,
    requests: () => cells.requests,
    accepts: (token) => (cells.expiries.get(token ?? '') ?? 0) > nowOf(cells),
    revokeAll: () => cells.expiries.clear(),
    leaked: () => cells.leaked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function nowOf({ byHand }: Cells): number {
  return byHand ?? Date.now()
}

async function answer(
  cells: Cells,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', `https://${request.headers.host}`)
  allowEverybody(request, response)
  if (request.method === 'OPTIONS') return void response.writeHead(204).end()
  const body = Buffer.concat(await request.toArray()).toString()
  if (request.method === 'POST' && /\/tokens?$/.test(url.pathname))
    return answerTokens(cells, { url, body, response })
  if (url.hostname === 'app.test') return answerPage(cells, url, response)
  if (url.pathname.endsWith('/authorize')) return authorize(cells, url, response)
  if (url.pathname.endsWith('openid-configuration')) return send(response, 200, discovery())
  if (url.hostname === 'api.test' || url.hostname === 'stranger.test') {
    const token = request.headers.authorization?.replace(/^Bearer /, '')
    if (url.hostname === 'stranger.test' && token) cells.leaked += 1
    const isAlive = (cells.expiries.get(token ?? '') ?? 0) > nowOf(cells)
    return send(response, url.hostname === 'stranger.test' || isAlive ? 200 : 401, {})
  }
  send(response, 200, {})
}

function allowEverybody({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*')
  response.setHeader('Access-Control-Allow-Credentials', 'true')
  response.setHeader('Access-Control-Expose-Headers', 'Date, Retry-After, X-Request-Id')
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS')
  const asked = headers['access-control-request-headers']
  if (asked) response.setHeader('Access-Control-Allow-Headers', asked)
  response.setHeader('Cache-Control', 'no-store')
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function answerPage({ scripts }: Cells, url: URL, response: ServerResponse): void {
  const script = scripts.get(url.pathname)
  const html = `<!doctype html><title>App</title><script type="module" src="${url.pathname}.js"></script>`
  const type = script === undefined ? 'text/html' : 'text/javascript'
  response.writeHead(200, { 'content-type': type }).end(script ?? html)
}

/** Signs everybody in at once: sends the browser back with a code. */
function authorize({ nonces }: Cells, url: URL, response: ServerResponse): void {
  const asked = url.searchParams
  const code = `code-${nonces.size + 1}`
  nonces.set(code, asked.get('nonce') ?? '')
  const back = new URL(asked.get('redirect_uri') ?? '')
  const answer = new URLSearchParams({ code, state: asked.get('state') ?? '' })
  if (asked.get('response_mode') === 'fragment') back.hash = `${answer}`
  else back.search = `${answer}`
  response.writeHead(302, { location: back.href }).end()
}

function discovery(): unknown {
  const issuer = 'https://idp.test/tenant'
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    end_session_endpoint: `${issuer}/logout`,
  }
}

interface TokenCall {
  readonly url: URL
  readonly body: string
  readonly response: ServerResponse
}

async function answerTokens(cells: Cells, { url, body, response }: TokenCall): Promise<void> {
  cells.requests += 1
  const { gate, failure } = cells.mood
  await gate
  await latency(cells)
  if (cells.signedOut)
    return send(response, url.pathname.endsWith('/tokens') ? 401 : 400, {
      error: url.pathname.endsWith('/tokens') ? 'invalid_session' : 'invalid_grant',
    })
  if (failure) {
    const { status, retryAfterSeconds } = failure
    if (retryAfterSeconds) response.setHeader('Retry-After', `${retryAfterSeconds}`)
    // Each login service has its own words for it; the status is what counts.
    return send(response, status, { error: 'temporarily_unavailable', error_description: 'later' })
  }
  const answer = url.pathname.endsWith('/tokens')
    ? brokerAnswer(cells, body)
    : loginAnswer(cells, url, body)
  send(response, 200, answer)
}

function latency({ byHand, delayed }: Cells): Promise<void> {
  return new Promise((go) => {
    if (byHand === undefined) setTimeout(go, LATENCY_MS)
    else delayed.add({ at: byHand + LATENCY_MS, go })
  })
}

/** A new token that the API takes for as long as the mood says. */
function mint(cells: Cells): string {
  const { expiries, mood } = cells
  const now = nowOf(cells)
  cells.mints += 1
  const text = jwt({ sub: 'ada', jti: `${cells.mints}`, ...times(now, mood.lifetimeSeconds) })
  expiries.set(text, now + mood.lifetimeSeconds * SECOND)
  return text
}

function times(now: number, lifetimeSeconds: number): { iat: number; exp: number } {
  const iat = Math.floor(now / SECOND)
  return { iat, exp: iat + lifetimeSeconds }
}

/** Nobody here checks signatures: libraries in browsers leave that to servers. */
function jwt(claims: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT', kid: '1' })}.${part(claims)}.${part('signature')}`
}

function brokerAnswer(cells: Cells, body: string): unknown {
  const { tokens } = JSON.parse(body) as { tokens: { id: string; audience: string }[] }
  const items = tokens.map(({ id, audience }) => ({
    id,
    audience,
    access_token: mint(cells),
    token_id: `${cells.mints}`,
    token_type: 'Bearer',
    expires_in: cells.mood.lifetimeSeconds,
    resource: 'https://api.test/',
  }))
  return { server_time: nowOf(cells), session: 'ada', tokens: items }
}

function loginAnswer(cells: Cells, url: URL, body: string): unknown {
  const { lifetimeSeconds } = cells.mood
  const form = new URLSearchParams(body)
  const asked = body.startsWith('{') ? (JSON.parse(body) as Record<string, string>) : undefined
  const field = (name: string) => asked?.[name] ?? form.get(name) ?? undefined
  const answer = {
    access_token: mint(cells),
    refresh_token: `refresh-${cells.mints}`,
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
  }
  if (url.pathname.startsWith('/auth/')) {
    const { exp } = times(nowOf(cells), lifetimeSeconds)
    return {
      ...answer,
      token_type: 'bearer',
      expires_at: exp,
      user: { id: 'ada', aud: 'authenticated' },
    }
  }
  const issuer = url.pathname.startsWith('/tenant/')
    ? 'https://idp.test/tenant'
    : 'https://idp.test/'
  const claims = {
    iss: issuer,
    aud: 'app',
    sub: 'ada',
    oid: 'ada',
    preferred_username: 'ada@app.test',
    nonce: cells.nonces.get(field('code') ?? ''),
    ...times(nowOf(cells), ID_TOKEN_SECONDS),
  }
  const scope = field('scope')
  return { ...answer, id_token: jwt(claims), ...(scope ? { scope } : {}) }
}
