/** Tries a property on many random cases; leaves runs, seed and time where `pnpm nightly` finds them. */
import fc from 'fast-check'
import type { TestContext } from 'vitest'

export interface PropertyFacts {
  readonly runs: number
  readonly seed: number
  readonly seconds: number
}

declare module 'vitest' {
  interface TaskMeta {
    property?: PropertyFacts
  }
}

/** `VALETKEY_RUNS=10000` for the long run; seed and path, as a failure prints them, to repeat one. */
const { VALETKEY_RUNS: runs = 500, VALETKEY_SEED: seed, VALETKEY_PATH: path } = process.env

export const PROPERTY_TIMEOUT_MS = 3_600_000

/** Resolves with the number of cases that were tried; rejects with the smallest case that fails. */
export async function tryOut<T>(
  { task }: Pick<TestContext, 'task'>,
  property: fc.IAsyncProperty<T>,
): Promise<number> {
  const began = performance.now()
  const details = await fc.check(property, {
    numRuns: Number(runs),
    ...(seed ? { seed: Number(seed) } : {}),
    ...(path ? { path } : {}),
  })
  const seconds = (performance.now() - began) / 1_000
  task.meta.property = { runs: details.numRuns, seed: details.seed, seconds }
  if (!details.failed) return details.numRuns
  const again = `VALETKEY_SEED=${details.seed} VALETKEY_PATH=${details.counterexamplePath}`
  const command = `pnpm vitest run ${task.file.name} -t "${task.name}"`
  const message = await fc.asyncDefaultReportMessage(details)
  throw new Error(`${message}\nAgain: ${again} ${command}`, { cause: details.errorInstance })
}
