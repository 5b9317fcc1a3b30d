/** Compares pieces of work fairly on a noisy machine: interleaved rounds, CPU time, medians. */

/** Does its work `count` times. */
export type Work = (count: number) => Promise<void> | void

export interface Rounds {
  /** Nanoseconds of CPU per operation, the median of all rounds. */
  readonly nsOf: Readonly<Record<string, number>>
  /** The median of the rounds' own ratios. */
  ratio(name: string, base: string): number
  /** The median of the rounds' own differences, in nanoseconds per operation. */
  difference(name: string, base: string): number
}

/** Runs every piece of work in every round, in an order that turns. */
export async function compare(
  works: Readonly<Record<string, Work>>,
  { rounds, count }: { rounds: number; count: number },
): Promise<Rounds> {
  const names = Object.keys(works)
  const taken: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = -2; round < rounds; round += 1)
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + Math.abs(round)) % names.length] ?? ''
      const ns = await timed(works[name] ?? (() => {}), count)
      // The first rounds let the engine compile.
      if (round >= 0) taken[name]?.push(ns)
    }
  const pairs = (one: string, other: string) =>
    (taken[one] ?? []).map((ns, at) => [ns, taken[other]?.[at] ?? Number.NaN] as const)
  return {
    nsOf: Object.fromEntries(names.map((name) => [name, median(taken[name] ?? [])])),
    ratio: (name, base) => median(pairs(name, base).map(([ns, of]) => ns / of)),
    difference: (name, base) => median(pairs(name, base).map(([ns, of]) => ns - of)),
  }
}

/** CPU time of this process, which a busy neighbour does not lengthen as it does the clock on the wall. */
async function timed(work: Work, count: number): Promise<number> {
  globalThis.gc?.()
  const before = process.cpuUsage()
  await work(count)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1_000) / count
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
