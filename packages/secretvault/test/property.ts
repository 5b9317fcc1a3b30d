/** Tries a property on many random cases; leaves cases, seed and time where `pnpm nightly` finds them. */
import fc from 'fast-check'
import type { TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    property?: { readonly runs: number; readonly seed: number; readonly seconds: number }
  }
}

/** `VALETKEY_RUNS=10000` for the long run; seed and path, as a failure prints them, to repeat one. */
const { VALETKEY_RUNS: cases = 100, VALETKEY_SEED: seed, VALETKEY_PATH: path } = process.env

/** How many cases are tried in one go, over one connection to the nodes. */
export const BATCH = 20

export const PROPERTY_TIMEOUT_MS = 3_600_000

/** The property is of batches. Rejects with the smallest batch that fails. */
export async function tryBatches<T>(
  { task }: Pick<TestContext, 'task'>,
  property: fc.IAsyncProperty<T>,
): Promise<void> {
  const began = performance.now()
  const details = await fc.check(property, {
    numRuns: Math.ceil(Number(cases) / BATCH),
    ...(seed ? { seed: Number(seed) } : {}),
    ...(path ? { path } : {}),
  })
  const seconds = (performance.now() - began) / 1_000
  task.meta.property = { runs: details.numRuns * BATCH, seed: details.seed, seconds }
  if (!details.failed) return
  const again = `VALETKEY_SEED=${details.seed} VALETKEY_PATH=${details.counterexamplePath}`
  const message = await fc.asyncDefaultReportMessage(details)
  throw new Error(`${message}\nAgain: ${again}`, { cause: details.errorInstance })
}
