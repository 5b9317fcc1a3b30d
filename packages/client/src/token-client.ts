/** Wires the parts of a client to one another; the only file that knows them all. */
import { attempt } from './attempt.ts'
import { type BackgroundRefresh, createBackgroundRefresh } from './background-refresh.ts'
import { createFunctionTransport, exchangeOverHttp } from './broker-transport.ts'
import { systemClock } from './clock.ts'
import { TokenError } from './errors.ts'
import { emit, KEPT, type TokenEvent } from './events.ts'
import { look } from './expiry.ts'
import { createFetchFor } from './fetch-for.ts'
import { listen } from './listeners.ts'
import { checkListedOrigins, safeUrl } from './origins.ts'
import { joinTabs, type TabChannel } from './tab-channel.ts'
import { preconnect } from './preconnect.ts'
import { DEADLINE_MS } from './refresh-policy.ts'
import { acquire, serve } from './token-access.ts'
import { type Core, dispose, doubtAll, enter, invalidate, reset } from './token-core.ts'
import { acquireAll } from './token-group.ts'
import type { Held } from './token-state.ts'
import { apply, currentStatus, entryOf } from './token-store.ts'
import type {
  AccessToken,
  BrokerFunction,
  BrokerShape,
  GetTokenOptions,
  TokenClient,
  TokenClientOptions,
} from './types.ts'
import { browserWakeSignals, type WakeCause } from './wake-signals.ts'

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
  const core = createCore(broker, options)
  const background = createBackgroundRefresh(core)
  core.onChange = (isDue) => (isDue ? background.run(true) : background.schedule())
  const tabs = joinTabs(core)
  const deaf = core.wakeSignals.listen((cause) => {
    tabs.catchUp()
    wake(core, background, cause)
  })
  return {
    ...methods(core, background, tabs),
    dispose() {
      deaf()
      tabs.leave()
      dispose(core)
      background.run()
    },
  }
}

function createCore(
  broker: string | URL | BrokerFunction,
  { identity, headers, ...options }: TokenClientOptions,
): Core {
  const { origins: listed = {}, clock = systemClock } = options
  checkListedOrigins(listed)
  const isFunction = typeof broker === 'function'
  const url = isFunction ? undefined : brokerUrl(broker)
  const here = globalThis.location?.origin
  const core: Core = {
    maxItems: isFunction ? broker.maxItems : undefined,
    transport: isFunction
      ? createFunctionTransport(broker)
      : (...asked) => exchangeOverHttp(core, ...asked),
    random: Math.random,
    timeoutMs: CALLER_TIMEOUT_MS,
    wakeSignals: browserWakeSignals,
    preconnect,
    // Servers have none: there, clients of different users share the process.
    tabs: globalThis.window,
    // Looked up at each call, so that what an app puts in its place later is seen.
    fetch: (input, init) => globalThis.fetch(input, init),
    ...options,
    clock,
    listed,
    base: url?.href.replace(/\/?$/, '/'),
    // A cookie crosses origins only where the app has no bearer of its own.
    credentials: here && here !== url?.origin && !headers ? 'include' : 'same-origin',
    readHeaders: headers,
    readIdentity: identity,
    recent: [],
    hearers: new Map(),
    waiting: [],
    sequence: 0,
    entries: new Map(),
    groups: new Map(),
    statuses: new Map(),
    subscribers: new Map(),
    dirty: new Set(),
    budgetFullAt: 0,
    end: new AbortController(),
    // Counted from well above 0, which stands for never.
    anchor: { wall: clock.wall(), mono: clock.mono(), time: 1e6 },
    onJump: (driftMs) => doubtAll(core, driftMs),
    onChange() {},
    onReset() {},
  }
  return core
}

/**
 * Plain http is for this machine, or for a page that is itself served so. Where there is no page, as on
 * a server that renders one, a path leads nowhere: the client can be made there, and fails at its use.
 */
function brokerUrl(broker: string | URL): URL {
  const url = safeUrl(String(broker), globalThis.location?.href ?? 'https://no-page.invalid')
  if (url) return url
  throw new TokenError('config', `broker: ${broker}`)
}

function wake(core: Core, background: BackgroundRefresh, cause: WakeCause): void {
  emit(core, 'wake', { cause })
  look(core)
  for (const entry of core.entries.values()) {
    // What failed for the network's sake may work now; a refusal may have been mended meanwhile.
    const { state } = entry
    if (state.name === 'failed' || state.trouble?.error.phase === 'request')
      apply(core, entry, 'heartened')
  }
  background.run()
}

type Methods = Omit<TokenClient, 'dispose'>

function methods(core: Core, background: BackgroundRefresh, tabs: TabChannel): Methods {
  const getToken: Methods['getToken'] = (audience, options) =>
    (!options && sharedAnswer(core, audience)) || getAccess(core, audience, options)
  return {
    getToken,
    fetchFor: (audience, { scope } = {}) =>
      createFetchFor(core, () => entryOf(core, audience, scope)),
    tokenGetter: (audience) => async () => (await getToken(audience)).value,
    async getTokens(...asked) {
      return new Map((await acquireAll(core, ...asked)).map((one) => [one.audience, accessOf(one)]))
    },
    async prepare(...asked) {
      const all = await acquireAll(core, ...asked)
      return all.map(({ audience, resource, expiresAt }) => ({ audience, resource, expiresAt }))
    },
    status: (target) => currentStatus(core, target),
    subscribe: (target, listener) => listen(core.subscribers, target, listener),
    on: (type, listener) => listen(core.hearers, type, listener as (event: TokenEvent) => void),
    events: () => core.recent.slice(-KEPT),
    keepFresh(target) {
      enter(core)
      return background.keep(target)
    },
    invalidate(target) {
      enter(core)
      invalidate(core, target)
      tabs.tell(target)
    },
    identity: () => (core.readIdentity ? core.readIdentity() : core.owner?.identity),
    reset(identity) {
      if (identity === undefined || core.owner?.identity !== identity)
        reset(core, 'reset', identity)
    },
  }
}

/** The answer kept with a token that is usable, or the one that others wait for. */
function sharedAnswer(core: Core, audience: string): Promise<AccessToken> | undefined {
  // Whoever asks meets what this throws again, as a rejection.
  return attempt(() => {
    enter(core)
    const entry = entryOf(core, audience)
    const answer = serve(core, entry)?.answer
    // A wait that another began may end a while before one's own would.
    if (answer || entry.joint || core.timeoutMs < DEADLINE_MS) return answer ?? entry.joint
    const access = getAccess(core, audience)
    if (entry.flight) entry.joint = access
    return access
  })
}

async function getAccess(
  core: Core,
  audience: string,
  options: GetTokenOptions = {},
): Promise<AccessToken> {
  enter(core)
  const { scope, rejected } = options
  const entry = entryOf(core, audience, scope)
  const isRejected = (held?: Held) => rejected && held?.access?.value === rejected.value
  if (isRejected(entry.state.held)) apply(core, entry, 'refused')
  const held = await acquire(core, entry, options)
  if (isRejected(held)) throw new TokenError('token_rejected', '', { audience })
  return accessOf(held)
}

function accessOf({ access, audience }: Held): AccessToken {
  if (access) return access
  throw new TokenError('token_withheld', '', { audience })
}
