/** Watches one proxied call: gives it up when nothing moves, when it takes too long, when the client goes. */
import type { Clock } from './clock.ts'
import { OAuthError } from './oauth-error.ts'

/** Whose turn it is: who has to send or take the next bytes. */
export type Party = 'client' | 'vault'

export interface ProxyWatch {
  /** Aborts when the call is given up; the reason is an `OAuthError`. */
  readonly signal: AbortSignal
  /** Bytes have moved; the next move is up to `next`. */
  moved(next: Party): void
  giveUp(reason: OAuthError): void
  /** Calls `react` when the call is given up, or at once if it has been. */
  onGivenUp(react: (reason: OAuthError) => void): void
  /** The call is over, well or not. */
  end(): void
}

export interface WatchParts {
  clock: Required<Clock>
  /** How long nothing may move. */
  stallTimeoutMs: number
  totalTimeoutMs: number
  /** Aborts when the client has gone. */
  client: AbortSignal
}

/** What nobody will read: the one who asked has gone. */
export function clientGone(): OAuthError {
  return new OAuthError('invalid_request', 'The client went away', { status: 499 })
}

export function createProxyWatch(parts: WatchParts): ProxyWatch {
  const { clock, stallTimeoutMs, totalTimeoutMs, client } = parts
  const controller = new AbortController()
  const { signal } = controller
  const reactions: ((reason: OAuthError) => void)[] = []
  const endsAt = clock.now() + totalTimeoutMs
  let movedAt = clock.now()
  let turn: Party = 'vault'
  let isOver = false
  let cancel = (): void => {}

  // Looks again when it could be time, so that a chunk costs no timer.
  function look(): void {
    const now = clock.now()
    const dueAt = Math.min(movedAt + stallTimeoutMs, endsAt)
    if (now < dueAt) cancel = clock.after(dueAt - now, look)
    else giveUp(timeoutOf(turn))
  }

  const leave = (): void => giveUp(clientGone())

  function end(): void {
    isOver = true
    cancel()
    client.removeEventListener('abort', leave)
  }

  function giveUp(reason: OAuthError): void {
    if (isOver) return
    end()
    controller.abort(reason)
    for (const react of reactions.splice(0)) react(reason)
  }

  function onGivenUp(react: (reason: OAuthError) => void): void {
    if (signal.aborted) react(signal.reason)
    else reactions.push(react)
  }

  look()
  if (client.aborted) leave()
  else client.addEventListener('abort', leave, { once: true })

  return {
    signal,
    moved(next) {
      movedAt = clock.now()
      turn = next
    },
    giveUp,
    onGivenUp,
    end,
  }
}

function timeoutOf(turn: Party): OAuthError {
  return turn === 'vault'
    ? new OAuthError('upstream_timeout', 'The vault took too long')
    : new OAuthError('invalid_request', 'The client took too long', { status: 408 })
}
