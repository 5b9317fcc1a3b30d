/** Wires the parts of a client to one another; the only file that knows them all. */
import { type BackgroundRefresh, createBackgroundRefresh } from './background-refresh.ts'
import {
  type BrokerAccess,
  brokerHeaders,
  createFunctionTransport,
  createHttpTransport,
} from './broker-transport.ts'
import { systemClock } from './clock.ts'
import { TokenError } from './errors.ts'
import { createEvents } from './events.ts'
import { leftMs } from './expiry.ts'
import { createFetchFor } from './fetch-for.ts'
import { checkListedOrigins, isSafeUrl, parseUrl } from './origins.ts'
import { acquire } from './token-access.ts'
import { type Core, createCore, dispose, enter, look, reset } from './token-core.ts'
import { acquireAll } from './token-group.ts'
import { createTokenRequests, type Reply } from './token-requests.ts'
import type { Held } from './token-state.ts'
import { createTokenStore } from './token-store.ts'
import type {
  AccessToken,
  BrokerFunction,
  BrokerShape,
  GetTokenOptions,
  TokenClient,
  TokenClientOptions,
} from './types.ts'
import { browserWakeSignals, type WakeCause } from './wake-signals.ts'

/** How long a broker request may take, body included. */
const DEADLINE_MS = 10_000
const CALLER_TIMEOUT_MS = 15_000

/**
 * Creates a client for one broker and one user at a time.
 *
 * @param broker Where the broker listens (`/api/broker`, resolved against the page), or a function in
 * its place that answers in the shape of the protocol.
 * @throws {TokenError} `config` for an address or an option that cannot work.
 */
export function createTokenClient<B extends BrokerShape = BrokerShape>(
  broker: string | URL | BrokerFunction,
  options: TokenClientOptions = {},
): TokenClient<B> {
  const { origins: listed = {}, wakeSignals = browserWakeSignals, keepInBackground } = options
  checkListedOrigins(listed)
  const address = typeof broker === 'function' ? undefined : brokerUrl(broker)
  const access = accessTo(address, options)
  const ref: { background?: BackgroundRefresh } = {}
  const core = buildCore(typeof broker === 'function' ? broker : undefined, options, {
    access,
    ref,
  })
  const background = createBackgroundRefresh(core, () => !keepInBackground && wakeSignals.hidden())
  ref.background = background
  const deaf = wakeSignals.listen((cause) => wake(core, background, cause))
  return {
    ...readers(core),
    ...controls(core, background),
    fetchFor: (audience, { scope } = {}) =>
      createFetchFor({ core, broker: access, listed }, () => core.store.entry(audience, scope)),
    dispose() {
      deaf()
      background.stop()
      dispose(core)
    },
  }
}

/** Plain http is for this machine, or for a page that is itself served so. */
function brokerUrl(broker: string | URL): URL {
  const page = globalThis.location?.href
  const url = parseUrl(String(broker), globalThis.document?.baseURI ?? page)
  if (url && (isSafeUrl(url) || (page && url.origin === new URL(page).origin))) return url
  throw new TokenError(
    'config',
    `The broker's address "${broker}" is not an https URL or a path of the page`,
  )
}

function accessTo(address: URL | undefined, options: TokenClientOptions): BrokerAccess {
  const { wakeSignals = browserWakeSignals, clock = systemClock, headers, fetch } = options
  const here = globalThis.location?.origin
  // A cookie crosses origins only where the app has no bearer of its own.
  const crosses = here !== undefined && here !== address?.origin && !headers
  return {
    base: address?.href.replace(/\/$/, ''),
    // Looked up at each call, so that what an app puts in its place later is seen.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    headers: () => brokerHeaders(headers),
    credentials: crosses ? 'include' : 'same-origin',
    online: () => wakeSignals.online(),
    wall: () => clock.wall(),
  }
}

interface Parts {
  readonly access: BrokerAccess
  readonly ref: { background?: BackgroundRefresh }
}

function buildCore(
  broker: BrokerFunction | undefined,
  options: TokenClientOptions,
  { access, ref }: Parts,
): Core {
  const { clock = systemClock, random = Math.random, timeoutMs = CALLER_TIMEOUT_MS } = options
  const events = createEvents(clock)
  const requests = createTokenRequests({
    transport: broker ? createFunctionTransport(broker) : createHttpTransport(access),
    clock,
    deadlineMs: DEADLINE_MS,
    onSend: (audiences, background) => events.emit('request', { audiences, background }),
    onReply: (reply) => heed(core, reply),
  })
  const core: Core = createCore({
    clock,
    random,
    events,
    requests,
    timeoutMs,
    store: createTokenStore(),
    readIdentity: options.identity,
    resolveResource: (resource) => absoluteResource(resource, access.base),
    onActivity: () => ref.background?.schedule(),
    onDue: () => ref.background?.runForUse(),
  })
  return core
}

/** A resource as an address ending in a slash: https, or of the broker's own origin. */
function absoluteResource(resource: string, base: string | undefined): string | undefined {
  const url = parseUrl(resource, base && `${base}/`)
  const own = base !== undefined && url?.origin === new URL(base).origin
  return url && (own || isSafeUrl(url)) ? url.href.replace(/\/?$/, '/') : undefined
}

/** What a broker says of itself or of the session, whatever was asked. */
function heed(core: Core, { error, concernsAll, sentAt }: Reply): void {
  if (concernsAll && error?.retryAt !== undefined)
    core.hold = { error, span: { from: sentAt, lengthMs: error.retryAt - sentAt.wall } }
  if (error?.code === 'invalid_session')
    core.events.emit('session-expired', { status: error.status })
}

function wake(core: Core, background: BackgroundRefresh, cause: WakeCause): void {
  core.events.emit('wake', { cause })
  look(core)
  for (const entry of core.store.entries()) {
    const { state } = entry
    const network = 'trouble' in state && state.trouble?.error.phase === 'request'
    if (/^failed|^suspended/.test(state.name) || (cause === 'online' && network))
      core.store.apply(entry, { type: 'heartened' })
  }
  background.run()
}

type Readers = Pick<TokenClient, 'getToken' | 'getTokens' | 'prepare' | 'tokenGetter'>

function readers(core: Core): Readers {
  const getToken = async (audience: string, options: GetTokenOptions = {}) =>
    accessOf(await getHeld(core, audience, options))
  const getAll = async (...[target, options = {}]: Parameters<TokenClient['getTokens']>) => {
    enter(core)
    return acquireAll(core, target, options)
  }
  return {
    getToken,
    tokenGetter: (audience) => async () => (await getToken(audience)).value,
    async getTokens(...asked) {
      return new Map((await getAll(...asked)).map((one) => [one.audience, accessOf(one)]))
    },
    async prepare(...asked) {
      return (await getAll(...asked)).map(({ audience, resource, life }) => {
        const expiresAt = life.from.wall + life.lengthMs
        return Object.freeze({ audience, resource, expiresAt })
      })
    },
  }
}

async function getHeld(core: Core, audience: string, options: GetTokenOptions): Promise<Held> {
  enter(core)
  const { signal, minRemaining = 0, scope, rejected } = options
  const entry = core.store.entry(audience, scope)
  const isRejected = ({ access }: Held) => rejected && access?.value === rejected.value
  if ('held' in entry.state && isRejected(entry.state.held))
    core.store.apply(entry, { type: 'refused' })
  const held = await acquire(core, entry, { minRemaining, signal })
  if (isRejected(held))
    throw new TokenError('token_rejected', 'The broker has no other token', { audience })
  return held
}

function accessOf({ access, audience }: Held): AccessToken {
  if (access) return access
  throw new TokenError('token_withheld', 'The broker keeps this token', { audience })
}

type Controls = Omit<TokenClient, keyof Readers | 'fetchFor' | 'dispose'>

function controls(core: Core, background: BackgroundRefresh): Controls {
  const { store, events } = core
  return {
    status: store.status,
    subscribe: store.subscribe,
    on: (type, listener) => events.on(type, listener as (event: never) => void),
    events: events.recent,
    keepFresh(target) {
      enter(core)
      return background.keep(target)
    },
    invalidate(target) {
      enter(core)
      invalidate(core, target)
      background.run()
    },
    identity: () => (core.readIdentity ? core.readIdentity() : core.owner?.identity),
    reset(identity) {
      if (identity === undefined || core.owner?.identity !== identity)
        reset(core, 'reset', identity)
    },
  }
}

function invalidate(core: Core, target: string): void {
  const now = look(core)
  for (const entry of core.store.entries()) {
    const { audience, forcedSpacing } = entry
    if (audience !== target && core.store.groupOf(audience) !== target) continue
    core.store.apply(entry, { type: 'heartened' })
    if (!forcedSpacing || leftMs(forcedSpacing, now) <= 0)
      core.store.apply(entry, { type: 'refused' })
  }
}
