/** Scopes: sets of words that may only get smaller. */

export interface ScopeBounds {
  /** The audience's `scopes`. */
  configured?: readonly string[] | undefined
  /** The `scope` that `authorize` granted, space-separated. */
  granted?: string | undefined
  /** Space-separated. */
  requested?: string | undefined
}

/**
 * The scope to mint for, sorted, so that one set is one cache key; `false` if nothing is left. Somebody
 * must allow what is asked for: where neither the configuration nor the grant names scopes, a request
 * that names one is refused, since the broker cannot know whether it narrows what the minter gives.
 */
export function narrowScope(bounds: ScopeBounds): string | undefined | false {
  const wanted = wordsOf(bounds.requested ?? '')
  const allowed = [
    bounds.configured,
    bounds.granted === undefined ? undefined : wordsOf(bounds.granted),
  ].filter((words) => words !== undefined)
  if (wanted.length > 0 && allowed.length === 0) return false
  const [first, ...rest] = wanted.length > 0 ? [wanted, ...allowed] : allowed
  if (!first) return undefined
  const left = new Set(first.filter((word) => rest.every((words) => words.includes(word))))
  return left.size > 0 && [...left].toSorted().join(' ')
}

function wordsOf(scope: string): string[] {
  return scope.split(' ').filter((word) => word !== '')
}
