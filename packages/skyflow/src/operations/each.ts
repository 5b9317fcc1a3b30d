/** Makes one list of outcomes from requests that fail each for itself. */
import { isSkyflowError } from '../skyflow-error.ts'
import type { Outcome } from '../types.ts'

/**
 * A request that failed is an outcome for each of its entries, unless all have failed: then it is the caller's
 * error. So is whatever is no error of the vault's, such as a caller's own abort.
 */
export function outcomesOf<T>(
  settled: readonly PromiseSettledResult<readonly Outcome<T>[]>[],
  sizes: readonly number[],
): readonly Outcome<T>[] {
  const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [one] : []))
  const fatal = refusals.find(({ reason }) => !isSkyflowError(reason))
  const [first] = refusals
  if (fatal) throw fatal.reason
  if (first && refusals.length === settled.length) throw first.reason
  return settled.flatMap((one, i): readonly Outcome<T>[] =>
    one.status === 'fulfilled'
      ? one.value
      : Array.from({ length: sizes[i] ?? 0 }, () => ({ ok: false, error: one.reason })),
  )
}
