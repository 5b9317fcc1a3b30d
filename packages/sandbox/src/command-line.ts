/** Reads the arguments of the `sandbox` command. */
import { parseArgs } from 'node:util'
import type { CorsMode } from './cors.ts'
import type { SandboxOptions } from './sandbox.ts'

export interface Command {
  /** What to print instead of starting. */
  help?: string
  json: boolean
  options: SandboxOptions
}

/** Arguments that cannot be read. The message names the one and shows what it takes. */
class UsageError extends Error {
  override readonly name = 'UsageError'
}

const HELP = `Usage: pnpm sandbox [options]

Starts three emulated SecretVault nodes, an emulated Skyflow and an emulated walt.id, and stays in the
foreground.
Ctrl+C stops them.
The keys are made at the start and are for tests only.

  --json           print one line of JSON when all listen, secret keys included
  --port-base N    take the ports N to N+2 for the nodes, N+3 (HTTP) and N+4 (HTTPS) for Skyflow,
                   N+5 for walt.id, N+6 for NexusRunDB (default: free ones)
  --host H         listen on this address (default: 127.0.0.1)
  --cors MODE      open (default), vendor, closed, or a list of origins: https://a.example,https://b.example
  --bearer-lifetime S   seconds that Skyflow's bearer tokens live
                   (default: as long as the assertion that asked for them, an hour at most)
  --strict         refuse what the real SecretVault nodes let pass
  --seed-version V answer the seed era's API as nilDB 0.5 (default) or 0.4
  --data FILE      keep the SecretVault nodes' keys and data in this file
  --help           show this`

export function readCommand(args: string[]): Command {
  const values = parse(args)
  const options: SandboxOptions = {}
  if (values['port-base'] !== undefined) options.portBase = readPort(values['port-base'])
  if (values.host !== undefined) options.host = values.host
  if (values.cors !== undefined) options.cors = readCors(values.cors)
  if (values['bearer-lifetime'] !== undefined)
    options.bearerLifetime = readSeconds(values['bearer-lifetime'])
  if (values.strict) options.strict = true
  if (values['seed-version'] !== undefined)
    options.seedVersion = readSeedVersion(values['seed-version'])
  if (values.data !== undefined) options.dataFile = values.data
  return { json: values.json ?? false, options, ...(values.help && { help: HELP }) }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      // `pnpm sandbox -- --json` hands the two dashes on.
      args: args[0] === '--' ? args.slice(1) : args,
      options: {
        json: { type: 'boolean' },
        'port-base': { type: 'string' },
        host: { type: 'string' },
        cors: { type: 'string' },
        'bearer-lifetime': { type: 'string' },
        strict: { type: 'boolean' },
        'seed-version': { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : ''}\n\n${HELP}`)
  }
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new UsageError(`--port-base is "${text}": give a whole number, such as 18081`)
}

function readSeconds(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new UsageError(`--bearer-lifetime is "${text}": give whole seconds, such as 3600`)
}

function readSeedVersion(text: string): '0.4' | '0.5' {
  if (text === '0.4' || text === '0.5') return text
  throw new UsageError(`--seed-version is "${text}": give 0.4 or 0.5`)
}

function readCors(text: string): CorsMode {
  if (text === 'open' || text === 'vendor' || text === 'closed') return text
  const origins = text.split(',').map((origin) => origin.trim())
  const wrong = origins.find((origin) => !isOrigin(origin))
  if (wrong === undefined) return origins
  throw new UsageError(
    `--cors holds "${wrong}": give open, vendor, closed, or origins such as https://a.example,http://localhost:5173`,
  )
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
