/** Turns the run of a query into the steps of an async iterator. */
import { type QueryRun, runQuery } from './query-run.ts'
import type { QueryProgress, QueryStep, RunOptions } from '../query-types.ts'
import type { VaultContext } from '../vault-context.ts'

/** Whoever leaves the loop early gives the run up. */
export async function* watchQuery<T>(
  context: VaultContext,
  run: QueryRun,
  options: RunOptions = {},
): AsyncGenerator<QueryStep<T>, void, undefined> {
  const left = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal
  let last: QueryProgress = { nodes: [], done: 0 }
  const waiting: QueryProgress[] = []
  let wake = (): void => {}
  const onProgress = (progress: QueryProgress): void => {
    options.onProgress?.(progress)
    waiting.push(progress)
    wake()
  }
  const running = runQuery<T>(context, run, { ...options, signal, onProgress })
  const ended = running.then(
    () => true,
    () => true,
  )
  try {
    for (;;) {
      const news = new Promise<boolean>((resolve) => {
        wake = () => resolve(false)
      })
      if (waiting.length === 0 && (await Promise.race([news, ended]))) break
      for (const progress of waiting.splice(0)) {
        last = progress
        yield progress
      }
    }
    yield { ...last, result: await running }
  } finally {
    left.abort()
  }
}
