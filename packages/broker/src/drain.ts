/** Counts the requests under way, so that a shutdown can wait for them. */

export interface Drain {
  /** True once `finish` was called. */
  isDraining(): boolean
  count<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when nothing is under way. */
  finish(): Promise<void>
}

export function createDrain(): Drain {
  const underWay = new Set<Promise<unknown>>()
  let isDraining = false
  return {
    isDraining: () => isDraining,
    count(work) {
      const result = work()
      underWay.add(result)
      return result.finally(() => underWay.delete(result))
    },
    async finish() {
      isDraining = true
      await Promise.allSettled(underWay)
    },
  }
}
