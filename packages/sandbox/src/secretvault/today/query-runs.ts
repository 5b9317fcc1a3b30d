/** Keeps the runs of stored queries with what came of them. */
import { documentNotFound } from './errors.ts'

export interface QueryRun {
  _id: string
  query: string
  /** The builder who started it. */
  owner: string
  started: Date
  /** From then on the outcome shows. */
  completes: Date
  rows: readonly unknown[]
  /** Why it failed; empty where it did not. */
  errors: readonly string[]
}

export interface QueryRuns {
  /** Under an id of this node's own. */
  add(run: Omit<QueryRun, '_id'>): string
  /** Throws 404 unless it is there, whoever started it. */
  require(id: string): QueryRun
}

export function createQueryRuns(runs: Map<string, QueryRun>): QueryRuns {
  return {
    add(run) {
      const _id = crypto.randomUUID()
      runs.set(_id, { _id, ...run })
      return _id
    },
    require(id) {
      const run = runs.get(id)
      if (!run) throw documentNotFound('query_runs', { _id: id })
      return run
    },
  }
}
