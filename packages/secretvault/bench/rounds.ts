/** Compares pieces of work fairly on a noisy machine: interleaved rounds, medians of the rounds' own ratios. */

/** Does its work `count` times. */
export interface Work {
  readonly run: (count: number) => Promise<unknown>
  readonly count: number
}

/** What one operation took in every round, in microseconds of this process's CPU and of the clock on the wall. */
export interface Taken {
  readonly cpuUs: readonly number[]
  readonly wallUs: readonly number[]
}

/** The first rounds let the engine compile, and do not count. */
const WARM_ROUNDS = 5

export async function inRounds<N extends string>(
  works: Readonly<Record<N, Work>>,
  rounds: number,
): Promise<Readonly<Record<N, Taken>>> {
  const names = Object.keys(works) as N[]
  const taken = Object.fromEntries(
    names.map((name) => [name, { cpuUs: [] as number[], wallUs: [] as number[] }]),
  ) as Record<N, { cpuUs: number[]; wallUs: number[] }>
  for (let round = -WARM_ROUNDS; round < rounds; round += 1)
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + Math.abs(round)) % names.length] as N
      const { cpuUs, wallUs } = await timed(works[name])
      if (round < 0) continue
      taken[name].cpuUs.push(cpuUs)
      taken[name].wallUs.push(wallUs)
    }
  return taken
}

async function timed({ run, count }: Work): Promise<{ cpuUs: number; wallUs: number }> {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  await run(count)
  const { user, system } = process.cpuUsage(before)
  return {
    cpuUs: (user + system) / count,
    wallUs: ((performance.now() - startedAt) * 1000) / count,
  }
}

/** The median of the rounds' own ratios. */
export function ratioOf(one: readonly number[], other: readonly number[]): number {
  return median(one.map((value, round) => value / (other[round] ?? Number.NaN)))
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
