/** A reason not to start, told to the person at the terminal in one sentence with its mend. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
