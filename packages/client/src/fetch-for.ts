/** A `fetch` that carries an audience's token to its vault, to nowhere else. */
import { PROTOCOL_VERSION, VERSION_HEADER } from '@valetkey/protocol'
import { TokenError } from './errors.ts'
import { allowedUrl, parseUrl, vaultUrl } from './origins.ts'
import { type Sendable, sendable } from './replayable-body.ts'
import { acquire, assertEpoch, rejectAgain, replace } from './token-access.ts'
import type { Core } from './token-core.ts'
import type { Held } from './token-state.ts'
import type { Entry } from './token-store.ts'

/** How calls that the broker forwards reach it. */
export interface ProxyAccess {
  /** Absolute base URL of the broker; absent where the broker is a function. */
  readonly broker: string | undefined
  headers(): Promise<Headers>
  credentials(): RequestCredentials
}

export interface FetchContext {
  readonly core: Core
  readonly fetch: typeof fetch
  readonly listed: Readonly<Record<string, readonly string[]>>
  readonly proxy: ProxyAccess
}

interface Call {
  readonly context: FetchContext
  readonly entry: Entry
  readonly url: URL
  readonly body: Sendable
  readonly signal: AbortSignal | undefined
  readonly epoch: number
}

/** Builds the `fetch` of one audience. `entryOf` is asked at every call: a reset replaces entries. */
export function createFetchFor(context: FetchContext, entryOf: () => Entry): typeof fetch {
  return async function vaultFetch(input, init) {
    const { core } = context
    core.enter()
    const entry = entryOf()
    const epoch = core.epoch()
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    const held = await acquire(core, entry, { minRemaining: 0, signal: signal ?? undefined })
    const url = targetOf(context, held, input)
    const body = await sendable(input, init)
    const call: Call = { context, entry, url, body, signal: signal ?? undefined, epoch }
    if (!held.access) return sendToProxy(call, held)
    const response = await send(call, held)
    return response.status === 401 ? recover(call, held, response) : response
  }
}

/** Checks where the call goes before any token is read. */
function targetOf({ listed }: FetchContext, held: Held, input: RequestInfo | URL): URL {
  const text = input instanceof Request ? input.url : String(input)
  const url = vaultUrl(text, held.resource)
  return allowedUrl({ url, audience: held.audience, resource: held.resource, listed })
}

async function send({ context, entry, url, body, epoch }: Call, held: Held): Promise<Response> {
  const { core, fetch: carry } = context
  const { request, init, body: content } = body.parts()
  const headers = new Headers(init.headers)
  // The last look before the token leaves: a reset since then voids it.
  assertEpoch(core, epoch)
  headers.set('Authorization', `Bearer ${held.access?.value}`)
  const sentAt = core.clock.mono()
  const response = await carry(request ?? url, {
    ...init,
    headers,
    ...(content === undefined ? {} : { body: content }),
    redirect: 'error',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  })
  core.events.emit('call', {
    audience: entry.audience,
    status: response.status,
    durationMs: core.clock.mono() - sentAt,
    generation: held.generation,
  })
  return response
}

/** One refresh and one replay for a 401, where both are possible; else the 401 itself. */
async function recover(call: Call, held: Held, response: Response): Promise<Response> {
  const { context, entry, body, signal, epoch } = call
  const { core } = context
  assertEpoch(core, epoch)
  const renewed = await replace(core, entry, { refused: held, signal })
  if (!renewed?.access) return response
  if (!body.replayable) {
    core.events.emit('replay-skipped', { audience: entry.audience, why: 'body' })
    return response
  }
  void response.body?.cancel().catch(() => {})
  const again = await send(call, renewed)
  core.events.emit('replayed', { audience: entry.audience, generation: renewed.generation })
  if (again.status === 401) rejectAgain(core, entry, renewed)
  return again
}

/** The broker attaches the token on its side, and replays there. */
async function sendToProxy(call: Call, held: Held): Promise<Response> {
  const { context, url, body, epoch } = call
  const { core, proxy, fetch: carry } = context
  assertProxied(url, held, proxy)
  const { request, init, body: content } = body.parts()
  const headers = new Headers(init.headers)
  for (const [name, value] of await proxy.headers()) headers.set(name, value)
  headers.set(VERSION_HEADER, PROTOCOL_VERSION)
  assertEpoch(core, epoch)
  return carry(request ?? url, {
    ...init,
    headers,
    ...(content === undefined ? {} : { body: content }),
    redirect: 'error',
    credentials: proxy.credentials(),
    referrerPolicy: 'no-referrer',
  })
}

/** The session goes to the broker's own proxy, whatever an answer calls a resource. */
function assertProxied(url: URL, { audience, resource }: Held, { broker }: ProxyAccess): void {
  const base = broker === undefined ? undefined : parseUrl(`${broker.replace(/\/$/, '')}/`)
  const inside = (one: URL | undefined) =>
    base !== undefined && one?.origin === base.origin && one.pathname.startsWith(base.pathname)
  if (inside(url) && inside(parseUrl(resource ?? ''))) return
  throw new TokenError('origin_not_allowed', 'A proxied call goes to the broker alone', {
    audience,
  })
}
