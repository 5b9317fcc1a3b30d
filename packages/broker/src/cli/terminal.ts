/** The process a command runs in, as far as commands see it. */

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Writes a line to the standard output. */
  print(text: string): void
  /** Writes a line to the standard error. */
  complain(text: string): void
  /** Paths in a configuration begin at its folder. */
  changeFolder(folder: string): void
  /** Resolves with the next SIGTERM or SIGINT. */
  untilStopped(): Promise<void>
}

export function processTerminal(): Terminal {
  return {
    env: process.env,
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
    changeFolder: (folder) => process.chdir(folder),
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
      }),
  }
}
