/** The vault client: what a page does with Ably's channels. It never sees a token. */
import type { AudienceName, BrokerShape, TokenClient } from '@valetkey/client'

export interface Message {
  readonly name: string
  readonly data: string
}

export interface AblyChannels {
  publish(channel: string, message: Message, options?: CallOptions): Promise<void>
  /** The newest first. */
  history(channel: string, options?: CallOptions): Promise<readonly Message[]>
}

export interface CallOptions {
  signal?: AbortSignal
}

/** What went wrong at Ably. No token at all is a `TokenError` of the client. */
export class AblyError extends Error {
  override readonly name = 'AblyError'
  readonly status: number | undefined

  constructor(message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options)
    this.status = options.status
  }
}

const DEADLINE_MS = 10_000
const MAX_MESSAGE_BYTES = 65_536

export function createAblyChannels<B extends BrokerShape>(options: {
  client: TokenClient<B>
  /** The audience whose minter is `ably(…)`. */
  audience: AudienceName<B>
}): AblyChannels {
  // Attaches the token, to Ably alone; renews it, and one that is refused; goes through the proxy where told to.
  const send = options.client.fetchFor(options.audience)

  async function call(channel: string, init: RequestInit, given: CallOptions): Promise<Response> {
    if (channel === '') throw new AblyError('A channel must have a name')
    const deadline = AbortSignal.timeout(DEADLINE_MS)
    const signal = given.signal ? AbortSignal.any([given.signal, deadline]) : deadline
    // Relative to the address that the broker names.
    const response = await send(`channels/${encodeURIComponent(channel)}/messages`, {
      ...init,
      signal,
    })
    if (response.ok) return response
    throw new AblyError(`Ably answered ${response.status}`, { status: response.status })
  }

  return {
    async publish(channel, message, given = {}) {
      const body = JSON.stringify(message)
      if (new TextEncoder().encode(body).length > MAX_MESSAGE_BYTES)
        throw new AblyError(`A message has at most ${MAX_MESSAGE_BYTES} bytes`)
      const headers = { 'content-type': 'application/json' }
      await call(channel, { method: 'POST', headers, body }, given)
    },
    async history(channel, given = {}) {
      const response = await call(channel, {}, given)
      const content: unknown = await response.json().catch(() => undefined)
      if (Array.isArray(content) && content.every(isMessage)) return content
      throw new AblyError('The answer is not a list of messages', { status: response.status })
    },
  }
}

function isMessage(value: unknown): value is Message {
  const { name, data } = Object(value)
  return typeof name === 'string' && typeof data === 'string'
}
