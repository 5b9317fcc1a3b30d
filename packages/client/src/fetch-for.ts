/** A `fetch` that carries an audience's token to its vault, to nowhere else. */
import { brokerHeaders, type PlainHeaders, plain } from './broker-transport.ts'
import { emit } from './events.ts'
import { targetUrl } from './origins.ts'
import { type Sendable, sendable } from './replayable-body.ts'
import { acquire, rejectAgain, replace, serve } from './token-access.ts'
import { type Core, enter } from './token-core.ts'
import type { Held } from './token-state.ts'
import type { Entry } from './token-store.ts'

/** Builds the `fetch` of one audience. `entryNow` is asked at every call: a reset replaces entries. */
export function createFetchFor(core: Core, entryNow: () => Entry): typeof fetch {
  return async function vaultFetch(input, init) {
    enter(core)
    const epoch = core.end.signal
    const entry = entryNow()
    const request = input instanceof Request ? input : undefined
    const signal = init?.signal ?? request?.signal
    // First, since a body may be slow to read: the token is to be alive when it leaves.
    const body = await sendable(request, init)
    epoch.throwIfAborted()
    const held = serve(core, entry) ?? (await acquire(core, entry, { signal }))
    // Before any token is read.
    const url = targetUrl(request?.url ?? `${input as string | URL}`, held, core)
    const call: Call = { input: request ?? url, body, epoch }
    const response = await send(core, held, call)
    if (response.status !== 401 || !held.access) return response
    // One refresh and one replay, where both are possible; else the 401 itself.
    epoch.throwIfAborted()
    const renewed = await replace(core, entry, { refused: held, signal })
    if (!renewed?.access) return response
    const { audience, generation } = renewed
    if (!body.replayable) {
      emit(core, 'replay-skipped', { audience, why: 'body' })
      return response
    }
    response.body?.cancel().catch(() => {})
    const again = await send(core, renewed, call)
    emit(core, 'replayed', { audience, generation })
    if (again.status === 401) rejectAgain(core, entry, renewed)
    return again
  }
}

interface Call {
  readonly input: Request | string
  readonly body: Sendable
  readonly epoch: AbortSignal
}

async function send(core: Core, held: Held, call: Call): Promise<Response> {
  const { access, audience, generation } = held
  const { init } = call.body
  // Where the broker keeps the token, the call goes to it with the app's login.
  const login = access ? undefined : await brokerHeaders(core)
  const headers: PlainHeaders = {
    ...plain(init.headers ?? (call.input as Partial<Request>).headers),
    ...login,
  }
  // The last look before the token leaves: whoever is signed in now, a reset since then voids it.
  enter(core)
  call.epoch.throwIfAborted()
  if (access) headers.authorization = `Bearer ${access.value}`
  const sentAt = core.clock.mono()
  const response = await core.fetch(call.input, {
    ...init,
    headers,
    redirect: 'error',
    credentials: access ? 'omit' : core.credentials,
    referrerPolicy: 'no-referrer',
  })
  const durationMs = core.clock.mono() - sentAt
  emit(core, 'call', { audience, status: response.status, durationMs, generation })
  return response
}
