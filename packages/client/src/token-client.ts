/** Wires the parts of a client to one another; the only file that knows them all. */
import { type BackgroundRefresh, createBackgroundRefresh } from './background-refresh.ts'
import {
  brokerCredentials,
  brokerHeaders,
  createFunctionTransport,
  createHttpTransport,
} from './broker-transport.ts'
import { systemClock } from './clock.ts'
import { TokenError } from './errors.ts'
import { createEvents } from './events.ts'
import { leftMs } from './expiry.ts'
import { createFetchFor, type FetchContext } from './fetch-for.ts'
import { checkListedOrigins, isSafeUrl, parseUrl } from './origins.ts'
import { acquire } from './token-access.ts'
import { type Core, createCore } from './token-core.ts'
import { acquireAll } from './token-group.ts'
import { createTokenRequests, type Exchange, type Transport } from './token-requests.ts'
import type { Held } from './token-state.ts'
import { createTokenStore, type Entry } from './token-store.ts'
import type {
  AccessToken,
  BrokerFunction,
  BrokerShape,
  GetTokenOptions,
  PreparedAudience,
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
  const address = typeof broker === 'function' ? undefined : brokerUrl(broker)
  checkListedOrigins(options.origins ?? {})
  const wiring: { background?: BackgroundRefresh } = {}
  const core = buildCore(broker, { address, options, wiring })
  const signals = options.wakeSignals ?? browserWakeSignals
  const background = createBackgroundRefresh({
    core,
    asleep: () => signals.hidden() && options.keepInBackground !== true,
  })
  wiring.background = background
  const deaf = signals.listen((cause) => wake(core, background, cause))
  const context: FetchContext = {
    core,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    listed: options.origins ?? {},
    proxy: {
      broker: address?.href,
      headers: () => brokerHeaders(options.headers),
      credentials: () =>
        address ? brokerCredentials({ broker: address, headers: options.headers }) : 'omit',
    },
  }
  const stop = () => {
    deaf()
    background.stop()
    core.dispose()
  }
  return { ...readers(core), ...fetchers(context), ...controls(core, background), dispose: stop }
}

function brokerUrl(broker: string | URL): URL {
  const base = typeof document === 'undefined' ? globalThis.location?.href : document.baseURI
  const url = parseUrl(String(broker), base)
  if (url && isSafeUrl(url)) return url
  // A page on plain http outside loopback may still talk to its own origin.
  if (url && url.origin === globalThis.location?.origin && url.protocol === 'http:') return url
  throw new TokenError(
    'config',
    url
      ? 'The broker must be on https, or on http of this machine or of the page, without user name'
      : `The broker address ${JSON.stringify(String(broker))} is relative and there is no page to resolve it against`,
  )
}

interface Parts {
  address: URL | undefined
  options: TokenClientOptions
  wiring: { background?: BackgroundRefresh }
}

function buildCore(broker: string | URL | BrokerFunction, parts: Parts): Core {
  const { options, address, wiring } = parts
  const clock = options.clock ?? systemClock
  const events = createEvents(clock)
  const transport = transportOf(broker, parts)
  const requests = createTokenRequests({
    transport,
    clock,
    deadlineMs: DEADLINE_MS,
    onSend: (audiences, background) => events.emit('request', { audiences, background }),
    onExchange: (exchange) => heed(core, exchange),
  })
  const core: Core = createCore({
    clock,
    random: options.random ?? Math.random,
    events,
    store: createTokenStore(),
    requests,
    timeoutMs: options.timeoutMs ?? CALLER_TIMEOUT_MS,
    identity: options.identity,
    resolveResource: (resource) => absoluteResource(resource, address),
    onActivity: () => wiring.background?.schedule(),
    onDue: () => wiring.background?.runForUse(),
  })
  return core
}

function transportOf(
  broker: string | URL | BrokerFunction,
  { address, options }: Parts,
): Transport {
  const clock = options.clock ?? systemClock
  if (typeof broker === 'function' || !address)
    return createFunctionTransport(broker as BrokerFunction, clock)
  return createHttpTransport({
    broker: address,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    headers: options.headers,
    clock,
    online: () => (options.wakeSignals ?? browserWakeSignals).online(),
  })
}

/** A resource as an absolute https address ending in a slash, or of the broker's own origin. */
function absoluteResource(resource: string, broker: URL | undefined): string | undefined {
  const base = broker && `${broker.href.replace(/\/$/, '')}/`
  const url = parseUrl(resource, base)
  if (!url || !(isSafeUrl(url) || url.origin === broker?.origin)) return undefined
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

/** What a broker says of itself or of the session, whatever was asked. */
function heed(core: Core, { error, concernsAll, sentAt }: Exchange): void {
  if (!error) return
  if (concernsAll && error.retryAt !== undefined)
    core.hold(error, { from: sentAt, lengthMs: error.retryAt - sentAt.wall })
  if (error.code === 'invalid_session')
    core.events.emit('session-expired', { status: error.status })
}

function wake(core: Core, background: BackgroundRefresh, cause: WakeCause): void {
  core.events.emit('wake', { cause })
  const now = core.look()
  for (const entry of core.store.entries()) {
    const { state } = entry
    const name = state.name
    const network = 'trouble' in state && state.trouble?.error.phase === 'request'
    if (name === 'failed' || name === 'suspended' || (cause === 'online' && network))
      core.store.apply(entry, { type: 'heartened' })
    core.store.apply(entry, { type: 'look', now })
  }
  background.run()
}

function readers(
  core: Core,
): Pick<TokenClient, 'getToken' | 'getTokens' | 'prepare' | 'tokenGetter'> {
  const getToken = async (audience: string, options: GetTokenOptions = {}) =>
    accessOf(await getHeld(core, audience, options))
  return {
    getToken,
    async getTokens(target, options = {}) {
      core.enter()
      const held = await acquireAll(core, target, options)
      return new Map(held.map((one) => [one.audience, accessOf(one)]))
    },
    async prepare(target, options = {}) {
      core.enter()
      return (await acquireAll(core, target, options)).map(preparedOf)
    },
    tokenGetter: (audience) => async () => (await getToken(audience)).value,
  }
}

async function getHeld(core: Core, audience: string, options: GetTokenOptions): Promise<Held> {
  core.enter()
  const { signal, minRemaining = 0, scope, rejected } = options
  const entry = core.store.entry(audience, scope)
  if (rejected) giveUpRejected(core, entry, rejected)
  const held = await acquire(core, entry, { minRemaining, signal })
  if (rejected && held.access?.value === rejected.value)
    throw new TokenError('token_rejected', 'The broker has no other token', { audience })
  return held
}

function giveUpRejected(core: Core, entry: Entry, rejected: AccessToken): void {
  const { state } = entry
  if ('held' in state && state.held.access?.value === rejected.value)
    core.store.apply(entry, { type: 'refused' })
}

function accessOf({ access, audience }: Held): AccessToken {
  if (access) return access
  throw new TokenError('token_withheld', 'The broker keeps this token', { audience })
}

function preparedOf({ audience, resource, life }: Held): PreparedAudience {
  return Object.freeze({ audience, resource, expiresAt: life.from.wall + life.lengthMs })
}

function fetchers(context: FetchContext): Pick<TokenClient, 'fetchFor'> {
  return {
    fetchFor: (audience, { scope } = {}) =>
      createFetchFor(context, () => context.core.store.entry(audience, scope)),
  }
}

type Controls =
  | 'status'
  | 'subscribe'
  | 'on'
  | 'events'
  | 'keepFresh'
  | 'invalidate'
  | 'identity'
  | 'reset'

function controls(core: Core, background: BackgroundRefresh): Pick<TokenClient, Controls> {
  const { store, events } = core
  return {
    status: (target) => store.status(target),
    subscribe: (target, listener) => store.subscribe(target, listener),
    on: (type, listener) => events.on(type, listener as (event: never) => void),
    events: () => events.recent(),
    keepFresh(target) {
      core.enter()
      return background.keep(target)
    },
    invalidate(target) {
      core.enter()
      invalidate(core, target)
      background.run()
    },
    identity: () => core.identity(),
    reset(identity) {
      if (identity !== undefined && core.isIdentity(identity)) return
      core.reset('reset', identity)
    },
  }
}

function invalidate(core: Core, target: string): void {
  const now = core.look()
  for (const entry of core.store.entries()) {
    const own = entry.audience === target || core.store.groupsOf(entry.audience).includes(target)
    if (!own) continue
    core.store.apply(entry, { type: 'heartened' })
    const spared = entry.forcedSpacing && leftMs(entry.forcedSpacing, now) > 0
    if (!spared) core.store.apply(entry, { type: 'refused' })
  }
}
