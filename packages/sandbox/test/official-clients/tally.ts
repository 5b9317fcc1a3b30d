/** Counts which of a client's operations passed. */

export interface Tally {
  /** Runs the operation, and notes it once it has passed. */
  run<Result>(operation: string, call: () => Result | Promise<Result>): Promise<Result>
  missing(): string[]
  report(): string
}

/** `had` are all operations of the client, so that none can be forgotten. */
export function createTally(client: string, had: readonly string[]): Tally {
  const passed = new Set<string>()
  return {
    async run(operation, call) {
      if (!had.includes(operation)) throw new Error(`${client} has no ${operation}`)
      const result = await call()
      passed.add(operation)
      return result
    },
    missing: () => had.filter((operation) => !passed.has(operation)),
    report() {
      const share = Math.round((100 * passed.size) / had.length)
      return `${client}: ${passed.size} of ${had.length} operations passed (${share} %)`
    },
  }
}

/** The methods of a class, those it inherits included. */
export function methodsOf({ prototype }: { prototype: object }): string[] {
  const inherited: object = Object.getPrototypeOf(prototype)
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name]) => name)
  return inherited === Object.prototype ? own : [...own, ...methodsOf({ prototype: inherited })]
}
