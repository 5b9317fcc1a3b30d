/** Reads the arguments of the command. No option takes a secret: those of a shell are kept in its history. */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { suggestion } from '../did-you-mean.ts'

export type Command =
  | { readonly name: 'help'; readonly topic?: string }
  | { readonly name: 'serve'; readonly config: string; readonly check: boolean }
  | TokenCommand
  | ConformanceCommand

export interface TokenCommand {
  readonly name: 'token'
  readonly config: string
  readonly audience: string
  readonly subject: string
  readonly scope?: string
  readonly ttlSeconds?: number
  readonly json: boolean
  readonly decode: boolean
}

export interface ConformanceCommand {
  readonly name: 'conformance'
  readonly profile: string
  readonly baseUrl?: string
  readonly json: boolean
}

/** Arguments that cannot be read. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const COMMANDS = ['serve', 'token', 'conformance', 'help']
const DEFAULT_CONFIG = 'broker.json'
const help = { help: { type: 'boolean', short: 'h' } } as const
const config = { config: { type: 'string', short: 'c' } } as const

/** @throws {UsageError} naming what cannot be read. */
export function readCommand([name = 'help', ...args]: readonly string[]): Command {
  if (['help', '--help', '-h'].includes(name)) return { name: 'help', ...topicOf(args[0]) }
  if (args.includes('--help') || args.includes('-h')) return { name: 'help', ...topicOf(name) }
  if (name === 'serve') return readServe(args)
  if (name === 'token') return readToken(args)
  if (name === 'conformance') return readConformance(args)
  throw new UsageError(`there is no command of this name${suggestion(name, COMMANDS)}`)
}

function topicOf(topic: string | undefined): { topic?: string } {
  return topic !== undefined && COMMANDS.includes(topic) ? { topic } : {}
}

function readServe(args: readonly string[]): Command {
  const { values } = parsed(args, { ...help, ...config, check: { type: 'boolean' } }, 0)
  return {
    name: 'serve',
    config: text(values.config) ?? DEFAULT_CONFIG,
    check: values.check === true,
  }
}

function readToken(args: readonly string[]): Command {
  const options = {
    ...help,
    ...config,
    for: { type: 'string' },
    scope: { type: 'string' },
    ttl: { type: 'string' },
    json: { type: 'boolean' },
    decode: { type: 'boolean' },
  } as const
  const { values, positionals } = parsed(args, options, 1)
  const [audience] = positionals
  if (audience === undefined) throw new UsageError('name an audience: token <audience>')
  const ttl = text(values.ttl)
  if (ttl !== undefined && !(Number(ttl) > 0)) throw new UsageError('--ttl takes seconds, above 0')
  const scope = text(values.scope)
  return {
    name: 'token',
    config: text(values.config) ?? DEFAULT_CONFIG,
    audience,
    subject: text(values.for) ?? 'terminal',
    ...(scope !== undefined && { scope }),
    ...(ttl !== undefined && { ttlSeconds: Number(ttl) }),
    json: values.json === true,
    decode: values.decode === true,
  }
}

function readConformance(args: readonly string[]): Command {
  const options = {
    ...help,
    profile: { type: 'string', short: 'p' },
    'base-url': { type: 'string' },
    json: { type: 'boolean' },
  } as const
  const { values } = parsed(args, options, 0)
  const baseUrl = text(values['base-url'])
  return {
    name: 'conformance',
    profile: text(values.profile) ?? 'conformance.json',
    ...(baseUrl !== undefined && { baseUrl }),
    json: values.json === true,
  }
}

/** An empty text is none, so that an unset variable of a shell counts as left out. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function parsed(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
  most: number,
): { values: Readonly<Record<string, unknown>>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    if (positionals.length > most)
      throw new UsageError('there are more words than this command takes')
    return { values, positionals }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(unknownIn(args, Object.keys(options)))
  }
}

/** Not the parser's own words, which quote what may be a secret in the wrong place. */
function unknownIn(args: readonly string[], known: readonly string[]): string {
  const names = args
    .filter((arg) => arg.startsWith('--'))
    .map((arg) => arg.slice(2).split('=')[0] ?? '')
  const wrong = names.find((name) => !known.includes(name))
  const list = known.map((name) => `--${name}`).join(', ')
  if (wrong === undefined)
    return `an option lacks its value, or has one it does not take; known are ${list}`
  return `there is an option that is none of ${list}${suggestion(wrong, known)}`
}
