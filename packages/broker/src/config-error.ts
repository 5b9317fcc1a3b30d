/** The error of a configuration that cannot be used: every fault of it at once. */

/** One thing to mend. */
export interface ConfigFault {
  /** Where it stands, for example `audiences.cards.maxLifetimeMs`. */
  readonly field: string
  /** What is wrong with it. Never what was given: it may be a secret in the wrong place. */
  readonly fault: string
  /** What to give instead, where the fault does not say it. */
  readonly mend?: string
}

/** Thrown at start. Names the source, every faulty field and its mend at once; holds no secret. */
export class BrokerConfigError extends Error {
  override readonly name: string = 'BrokerConfigError'
  readonly code = 'config'
  /** What was configured: `createBroker`, a minter, a file. */
  readonly source: string
  readonly faults: readonly ConfigFault[]
  /** The faults in one sentence each. */
  readonly problems: readonly string[]

  constructor(faults: readonly ConfigFault[], source = 'createBroker') {
    const problems = faults.map(sentenceOf)
    super(`${source} cannot start:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
    this.source = source
    this.faults = faults
    this.problems = problems
  }
}

/**
 * The faults that an error of a configuration names, of this package's or another minter's; `undefined` for
 * any other error. By shape and not by class, since two copies of a package may be installed.
 */
export function configFaultsOf(
  error: unknown,
): { source: string; faults: readonly ConfigFault[] } | undefined {
  if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'config') return undefined
  const { source, faults }: { source?: unknown; faults?: unknown } = error as object
  if (typeof source !== 'string' || !Array.isArray(faults)) return undefined
  return { source, faults: faults.filter(isFault) }
}

function isFault(value: unknown): value is ConfigFault {
  if (typeof value !== 'object' || value === null) return false
  return 'field' in value && 'fault' in value && typeof value.fault === 'string'
}

/** Faults that read as a sentence with their field as its subject. */
const PREDICATE = /^(is|has|holds|grants|must|cannot|stands|repeats)\b/

function sentenceOf({ field, fault, mend }: ConfigFault): string {
  const subject = PREDICATE.test(fault) ? field : `${field}:`
  const what = field === '' ? fault : `${subject} ${fault}`
  return mend === undefined ? what : `${what}; ${mend}`
}
