/** A `fetch` that carries an audience's token to its vault, to nowhere else. */
import { brokerHeaders, plain, type PlainHeaders } from './broker-transport.ts'
import { emit } from './events.ts'
import { targetUrl } from './origins.ts'
import { type Sendable, sendable } from './replayable-body.ts'
import { acquire, rejectAgain, replace, serve } from './token-access.ts'
import { assertEpoch, type Core, enter } from './token-core.ts'
import type { Held } from './token-state.ts'
import type { Entry } from './token-store.ts'

/** Builds the `fetch` of one audience. `entryNow` is asked at every call: a reset replaces entries. */
export function createFetchFor(core: Core, entryNow: () => Entry): typeof fetch {
  return async function vaultFetch(input, init) {
    enter(core)
    const { epoch } = core
    const entry = entryNow()
    const request = input instanceof Request ? input : undefined
    const signal = init?.signal ?? request?.signal
    // First, since a body may be slow to read: the token is to be alive when it leaves.
    const kept = sendable(input, init)
    const body = kept instanceof Promise ? await kept : kept
    assertEpoch(core, epoch)
    const held = serve(core, entry) ?? (await acquire(core, entry, { signal }))
    // Before any token is read.
    const url = targetUrl(request?.url ?? `${input as string | URL}`, held, core)
    const login = held.access ? undefined : await brokerHeaders(core)
    const call: Call = { url, body, login, epoch, sentAt: 0 }
    const response = await send(core, held, call)
    report(core, held, { call, response })
    if (response.status !== 401 || login) return response
    // One refresh and one replay, where both are possible; else the 401 itself.
    assertEpoch(core, epoch)
    const renewed = await replace(core, entry, { refused: held, signal })
    if (!renewed?.access) return response
    const { audience, generation } = renewed
    if (!body.replayable) {
      emit(core, 'replay-skipped', { audience, why: 'body' })
      return response
    }
    response.body?.cancel().catch(() => {})
    const again = await send(core, renewed, call)
    report(core, renewed, { call, response: again })
    emit(core, 'replayed', { audience, generation })
    if (again.status === 401) rejectAgain(core, entry, renewed)
    return again
  }
}

interface Call {
  readonly url: string
  readonly body: Sendable
  /** For the broker, which keeps the token. */
  readonly login: PlainHeaders | undefined
  readonly epoch: number
  sentAt: number
}

/** Not asynchronous itself: nothing may come between the last look and the token's leaving. */
function send(core: Core, { access }: Held, call: Call): Promise<Response> {
  const { request, init } = call.body
  const { login } = call
  const own = { ...plain(init.headers ?? request?.headers), ...login }
  // A reset since then voids the token.
  assertEpoch(core, call.epoch)
  call.sentAt = core.clock.mono()
  return core.fetch(request ?? call.url, {
    ...init,
    headers: access ? { ...own, authorization: `Bearer ${access.value}` } : own,
    redirect: 'error',
    credentials: login ? core.credentials : 'omit',
    referrerPolicy: 'no-referrer',
  })
}

function report(
  core: Core,
  { audience, generation }: Held,
  { call, response }: { readonly call: Call; readonly response: Response },
): void {
  const { status } = response
  const durationMs = core.clock.mono() - call.sentAt
  emit(core, 'call', { audience, status, durationMs, generation })
}
