/** The error of a Skyflow configuration that cannot be used. */

/** One thing to mend. */
export interface SkyflowFault {
  /** Where it stands, for example `privateKey` or `vaultUrl`. */
  readonly field: string
  /** What is wrong and what to give instead. Never what was given: it may be a secret in the wrong place. */
  readonly fault: string
}

/** Thrown at start-up. Names the source, every faulty field and its mend at once; holds no value of any field. */
export class SkyflowConfigError extends Error {
  override readonly name = 'SkyflowConfigError'
  readonly code = 'config'
  /** The path of the credentials, or `credentials` where their content was given. */
  readonly source: string
  readonly faults: readonly SkyflowFault[]

  constructor(source: string, faults: readonly SkyflowFault[]) {
    const lines = faults.map(
      ({ field, fault }) => `\n  ${field} ${fault}${fault.endsWith('?') ? '' : '.'}`,
    )
    super(`The Skyflow minter (${source}) cannot be set up:${lines.join('')}`)
    this.source = source
    this.faults = faults
  }
}
