/** What the outside may see of tokens' states (pure). */
import { heldIn, isPending, type TokenState, troubleIn } from './token-state.ts'
import type { TokenStatus } from './types.ts'

interface Stateful {
  readonly state: TokenState
  readonly generation: number
}

type Word = TokenStatus['status']

/** Four public words for ten inner states; what is left out is idle. */
const WORDS: { readonly [name in TokenState['name']]?: Word } = {
  fresh: 'ready',
  stale: 'ready',
  loading: 'pending',
  rejected: 'pending',
  backoff: 'error',
  failed: 'error',
  suspended: 'error',
}

function wordOf({ state }: Stateful): Word {
  return WORDS[state.name] ?? (isPending(state) ? 'pending' : 'idle')
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
  const held = states.flatMap((state) => heldIn(state) ?? [])
  const least = (name: 'expiresAt' | 'refreshAt' | 'mintedAt') =>
    held[0] && Math.min(...held.map((one) => one[name]))
  const next: TokenStatus = {
    status,
    isRefreshing: status === 'ready' && states.some(isPending),
    expiresAt: least('expiresAt'),
    refreshAt: least('refreshAt'),
    mintedAt: least('mintedAt'),
    generation: Math.max(...entries.map((one) => one.generation)),
    error: status === 'error' ? states.map(troubleIn).find(Boolean)?.error : undefined,
    members,
  }
  const names = Object.keys(next) as (keyof TokenStatus)[]
  return known && names.every((name) => known[name] === next[name]) ? known : Object.freeze(next)
}
