/** What the outside may see of a token's state (pure). */
import { heldIn, isPending, type TokenState, troubleIn } from './token-state.ts'
import type { TokenStatus } from './types.ts'

interface Stateful {
  readonly state: TokenState
  readonly generation: number
}

/** The status of what nobody has asked for yet. */
export const IDLE_STATUS: TokenStatus = Object.freeze({
  status: 'idle',
  isRefreshing: false,
  expiresAt: undefined,
  refreshAt: undefined,
  mintedAt: undefined,
  generation: 0,
  error: undefined,
  members: undefined,
})

/** Four public words for ten inner states. */
function wordOf(state: TokenState): TokenStatus['status'] {
  switch (state.name) {
    case 'fresh':
    case 'stale':
      return 'ready'
    case 'loading':
    case 'rejected':
      return 'pending'
    case 'expired':
      return state.pending ? 'pending' : 'idle'
    case 'backoff':
    case 'failed':
    case 'suspended':
      return 'error'
    case 'idle':
    case 'closed':
      return 'idle'
    default:
      return state satisfies never
  }
}

export function tokenStatus(entry: Stateful | undefined): TokenStatus {
  if (!entry) return IDLE_STATUS
  const { state } = entry
  const status = wordOf(state)
  const held = heldIn(state)
  const expiresAt = held && held.life.from.wall + held.life.lengthMs
  return Object.freeze({
    status,
    isRefreshing: status === 'ready' && isPending(state),
    expiresAt,
    refreshAt: held && expiresAt !== undefined ? expiresAt - held.softMs : undefined,
    mintedAt: held?.mintedAt,
    generation: entry.generation,
    error: status === 'error' ? troubleIn(state)?.error : undefined,
    members: undefined,
  })
}

/** A group is as well as its weakest member. */
export function groupStatus(
  entries: readonly (Stateful | undefined)[],
  members: readonly string[],
): TokenStatus {
  const all = entries.map(tokenStatus)
  const worst = (['error', 'pending', 'idle'] as const).find((word) =>
    all.some(({ status }) => status === word),
  )
  const status = worst ?? 'ready'
  return Object.freeze({
    status,
    isRefreshing: status === 'ready' && all.some(({ isRefreshing }) => isRefreshing),
    expiresAt: least(all.map(({ expiresAt }) => expiresAt)),
    refreshAt: least(all.map(({ refreshAt }) => refreshAt)),
    mintedAt: least(all.map(({ mintedAt }) => mintedAt)),
    generation: all.reduce((sum, { generation }) => sum + generation, 0),
    error: all.find(({ error }) => error)?.error,
    members,
  })
}

export function sameStatus(a: TokenStatus, b: TokenStatus): boolean {
  return (Object.keys(IDLE_STATUS) as (keyof TokenStatus)[]).every((name) => a[name] === b[name])
}

function least(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}
