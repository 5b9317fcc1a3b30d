/** Runs one command; knows what its exit code means. */
import { configFaultsOf } from '../config-error.ts'
import { describeError } from '../redact.ts'
import { type Command, readCommand, UsageError } from './command-line.ts'
import { conformanceCommand } from './conformance-command.ts'
import { helpOn } from './help.ts'
import { serveCommand } from './serve-command.ts'
import type { Terminal } from './terminal.ts'
import { tokenCommand } from './token-command.ts'

const EXIT = { done: 0, failed: 1, usage: 2, config: 3 } as const

/** Resolves with the exit code; everything to be said has been printed by then. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(readCommand(args), terminal)
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.complain(`${error.message}\nSee: npx @valetkey/broker help`)
      return EXIT.usage
    }
    if (error instanceof Error && configFaultsOf(error)) {
      terminal.complain(error.message)
      return EXIT.config
    }
    terminal.complain(describeError(error))
    return EXIT.failed
  }
}

async function run(command: Command, terminal: Terminal): Promise<number> {
  if (command.name === 'serve') return serveCommand(command, terminal)
  if (command.name === 'token') return tokenCommand(command, terminal)
  if (command.name === 'conformance') return conformanceCommand(command, terminal)
  terminal.print(helpOn(command.topic))
  return EXIT.done
}
