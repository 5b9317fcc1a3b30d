/** Counts the requests under way, so that a shutdown can wait for them. */

export interface Drain {
  /** True once `finish` was called. */
  isDraining(): boolean
  count<T>(work: () => Promise<T>): Promise<T>
  /** For what goes on after an answer has begun. */
  hold(work: Promise<void>): void
  /** Resolves when nothing is under way. */
  finish(): Promise<void>
}

export function createDrain(): Drain {
  const underWay = new Set<Promise<unknown>>()
  const held = new Set<Promise<void>>()
  let isDraining = false
  return {
    isDraining: () => isDraining,
    count(work) {
      const result = work()
      underWay.add(result)
      return result.finally(() => underWay.delete(result))
    },
    hold(work) {
      held.add(work)
      void work.finally(() => held.delete(work))
    },
    async finish() {
      isDraining = true
      await Promise.allSettled(underWay)
      // Every one of those has said by now what it goes on with.
      await Promise.allSettled(held)
    },
  }
}
