/** What the outside may see of tokens' states (pure). */
import { isServing, type TokenState } from './token-state.ts'
import type { TokenStatus } from './types.ts'

interface Stateful {
  readonly state: TokenState
  readonly generation: number
}

/** Four public words for ten inner states. */
function wordOf({ state }: Stateful): TokenStatus['status'] {
  if (isServing(state)) return 'ready'
  if (state.pending || state.name === 'rejected') return 'pending'
  return state.trouble && !state.held ? 'error' : 'idle'
}

/**
 * The status of one key, or of all members of a group, which is as well as its weakest. The same
 * object as `known` if it would show the same.
 */
export function statusOf(
  entries: readonly Stateful[],
  members?: readonly string[],
  known?: TokenStatus,
): TokenStatus {
  const words = entries.map(wordOf)
  const status =
    (['error', 'pending', 'idle'] as const).find((one) => words.includes(one)) ?? 'ready'
  const states = entries.map(({ state }) => state)
  const held = states.flatMap((state) => state.held ?? [])
  const least = (name: 'expiresAt' | 'refreshAt' | 'mintedAt') =>
    held[0] && Math.min(...held.map((one) => one[name]))
  const next: TokenStatus = {
    status,
    isRefreshing: status === 'ready' && states.some(({ pending }) => pending),
    expiresAt: least('expiresAt'),
    refreshAt: least('refreshAt'),
    mintedAt: least('mintedAt'),
    generation: Math.max(...entries.map((one) => one.generation)),
    error: states[words.indexOf('error')]?.trouble?.error,
    members,
  }
  const names = Object.keys(next) as (keyof TokenStatus)[]
  return known && names.every((name) => known[name] === next[name]) ? known : Object.freeze(next)
}
