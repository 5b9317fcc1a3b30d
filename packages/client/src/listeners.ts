/** Sets of listeners by name, none of which can disturb another. */

export type Listeners<T> = Map<string, Set<(news: T) => void>>

/** Adds a listener. Returns the end of it. */
export function listen<T>(
  all: Listeners<T>,
  name: string,
  listener: (news: T) => void,
): () => void {
  const set = all.get(name) ?? new Set()
  // One of its own for each subscription: the same function may subscribe twice.
  const own = (news: T) => listener(news)
  all.set(name, set.add(own))
  return () => void set.delete(own)
}

export function tell<T>(all: Listeners<T>, name: string, news: T): void {
  const set = all.get(name)
  if (!set?.size) return
  for (const listener of Array.from(set))
    try {
      listener(news)
    } catch (error) {
      // Shown as uncaught, where the app's own error reporting sees it.
      queueMicrotask(() => {
        throw error
      })
    }
}
