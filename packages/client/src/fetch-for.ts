/** A `fetch` that carries an audience's token to its vault, to nowhere else. */
import { brokerHeaders } from './broker-transport.ts'
import { TokenError } from './errors.ts'
import { emit } from './events.ts'
import { allowedUrl, vaultUrl } from './origins.ts'
import { type Sendable, sendable } from './replayable-body.ts'
import { acquire, rejectAgain, replace } from './token-access.ts'
import { assertEpoch, type Core, enter } from './token-core.ts'
import type { Held } from './token-state.ts'
import type { Entry } from './token-store.ts'

interface Call {
  readonly core: Core
  readonly entry: Entry
  readonly url: URL
  readonly body: Sendable
  readonly signal: AbortSignal | undefined
  readonly epoch: number
}

/** Builds the `fetch` of one audience. `entryNow` is asked at every call: a reset replaces entries. */
export function createFetchFor(core: Core, entryNow: () => Entry): typeof fetch {
  return async function vaultFetch(input, init) {
    enter(core)
    const { epoch } = core
    const entry = entryNow()
    const request = input instanceof Request ? input : undefined
    const signal = init?.signal ?? request?.signal
    const held = await acquire(core, entry, { minRemaining: 0, signal })
    // Before any token is read.
    const url = targetOf(core, held, request?.url ?? String(input))
    const body = await sendable(input, init)
    const call: Call = { core, entry, url, body, signal, epoch }
    const response = await send(call, held)
    return response.status === 401 && held.access ? recover(call, held, response) : response
  }
}

function targetOf({ listed, base }: Core, held: Held, input: string): URL {
  const { audience, resource } = held
  const url = vaultUrl(input, resource)
  if (held.access) return allowedUrl({ url, audience, resource, listed })
  // The session goes to the broker's own proxy, whatever an answer calls a resource.
  if (url && base && url.href.startsWith(`${base}/`)) return url
  throw new TokenError('origin_not_allowed', '', { audience })
}

async function send(call: Call, { access, audience, generation }: Held): Promise<Response> {
  const { core, url, epoch } = call
  const { request, init } = call.body
  const headers = new Headers(init.headers ?? request?.headers)
  if (!access) for (const [name, value] of await brokerHeaders(core)) headers.set(name, value)
  // The last look before the token leaves: a reset since then voids it.
  assertEpoch(core, epoch)
  if (access) headers.set('Authorization', `Bearer ${access.value}`)
  const sentAt = core.clock.mono()
  const response = await core.fetch(request ?? url, {
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

/** One refresh and one replay for a 401, where both are possible; else the 401 itself. */
async function recover(call: Call, refused: Held, response: Response): Promise<Response> {
  const { core, entry, body, signal, epoch } = call
  assertEpoch(core, epoch)
  const renewed = await replace(core, entry, { refused, signal })
  if (!renewed?.access) return response
  const { audience, generation } = renewed
  if (!body.replayable) {
    emit(core, 'replay-skipped', { audience, why: 'body' })
    return response
  }
  response.body?.cancel().catch(() => {})
  const again = await send(call, renewed)
  emit(core, 'replayed', { audience, generation })
  if (again.status === 401) rejectAgain(core, entry, renewed)
  return again
}
