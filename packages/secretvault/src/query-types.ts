/** The public shapes of runs of stored queries. */
import type { CallOptions, Plain } from './types.ts'
import type { NodeOutcome, NodeRef } from './vault-error.ts'

/** How far one node is. `failed`: it gave no rows, and will not. */
export interface NodeProgress extends NodeRef {
  status: 'pending' | 'running' | 'complete' | 'failed'
}

export interface QueryProgress {
  nodes: readonly NodeProgress[]
  /** How many nodes are done, be it without success. */
  done: number
}

export interface RunOptions extends CallOptions {
  /**
   * Fields of a row that are sums of shares (`{ $sum: '$visits.%share' }`), to be added up over the nodes.
   * The true sum must be a whole number of 32 bits. Not needed where the pipeline names them `%share` itself.
   */
  sums?: readonly string[]
  /** How long a run in the background may take, in milliseconds. @default 60000 */
  timeoutMs?: number
  /** Called when the run has started, and whenever a node is further. */
  onProgress?: (progress: QueryProgress) => void
}

export interface QueryResult<T> {
  /** The rows that all nodes agree on, secrets joined, sums added up; `undefined` where a share is missing. */
  rows: Plain<T>[] | undefined
  /** Each node's own rows, by audience. */
  byNode: ReadonlyMap<string, readonly unknown[]>
  missing: readonly NodeOutcome[]
  nodes: readonly NodeOutcome[]
}

/** A step of `watchQuery`: how far the nodes are, at last what came of it. */
export interface QueryStep<T> extends QueryProgress {
  result?: QueryResult<T>
}
