/** The error of a cluster configuration that cannot be used. */

/** One thing to mend. */
export interface ClusterFault {
  /** Where it stands, for example `nodes[1].url`. */
  readonly field: string
  /** What is wrong and what to give instead. Never what was given: it may be a secret in the wrong place. */
  readonly fault: string
}

/** Thrown at start-up. Names the source, every faulty field and its mend at once; holds no value of any field. */
export class ClusterConfigError extends Error {
  override readonly name = 'ClusterConfigError'
  readonly code = 'config'
  /** The file's path, or `cluster` for an object. */
  readonly source: string
  readonly faults: readonly ClusterFault[]

  constructor(source: string, faults: readonly ClusterFault[]) {
    const lines = faults.map(
      ({ field, fault }) => `\n  ${field} ${fault}${fault.endsWith('?') ? '' : '.'}`,
    )
    super(`The SecretVault cluster configuration (${source}) cannot be used:${lines.join('')}`)
    this.source = source
    this.faults = faults
  }
}
