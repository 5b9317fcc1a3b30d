/** The error that `createBroker` throws: every fault of a configuration at once. */

/** Thrown at start. Each problem names the place and the mend, and holds no secret. */
export class BrokerConfigError extends Error {
  override readonly name = 'BrokerConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`createBroker cannot start:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
    this.problems = problems
  }
}
