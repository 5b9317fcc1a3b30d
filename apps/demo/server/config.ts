/** What the environment says about how the demo runs. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { StartError } from './start-error.ts'

export interface DemoConfig {
  /** Address to listen on. */
  host: string
  port: number
  /** True where `PORT` was set: then no other port will do. */
  isPortChosen: boolean
  /** Path of a SecretVault cluster file, from `VALETKEY_SECRETVAULT`; without it the sandbox serves. */
  clusterFile: string | undefined
  /** Path of a file that names a Skyflow vault, from `VALETKEY_SKYFLOW`; without it the sandbox serves. */
  skyflowFile: string | undefined
  /** Which web origins the sandbox admits: all, or those the vendors do (`VALETKEY_DEMO_CORS=vendor`). */
  cors: 'open' | 'vendor'
  /** True where `VALETKEY_ALLOW_FULL_AUTHORITY` is `1`. */
  allowFullAuthority: boolean
}

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_PORT = 4173

/**
 * Reads `HOST`, `PORT` and the variables that begin with `VALETKEY_`.
 *
 * @throws {StartError} when `PORT` is no port, or `VALETKEY_DEMO_CORS` neither `open` nor `vendor`.
 */
export function readConfig(env: Env): DemoConfig {
  return {
    host: env.HOST || '127.0.0.1',
    port: env.PORT ? parsePort(env.PORT) : DEFAULT_PORT,
    isPortChosen: Boolean(env.PORT),
    clusterFile: env.VALETKEY_SECRETVAULT ? findFile(env.VALETKEY_SECRETVAULT, env) : undefined,
    skyflowFile: env.VALETKEY_SKYFLOW ? findFile(env.VALETKEY_SKYFLOW, env) : undefined,
    cors: parseCors(env.VALETKEY_DEMO_CORS || 'open'),
    allowFullAuthority: env.VALETKEY_ALLOW_FULL_AUTHORITY === '1',
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new StartError(
    `PORT is no port number. Set it to a number from 0 to 65535, or leave it out.`,
  )
}

function parseCors(text: string): DemoConfig['cors'] {
  if (text === 'open' || text === 'vendor') return text
  throw new StartError('VALETKEY_DEMO_CORS must be open or vendor. Leave it out for open.')
}

/** Scripts run in the package's folder; a path is meant from where the command was typed. */
function findFile(path: string, env: Env): string {
  const folders = [env.INIT_CWD, process.cwd(), resolve(import.meta.dirname, '../../..')]
  const candidates = folders.flatMap((folder) => (folder ? [resolve(folder, path)] : []))
  return candidates.find((candidate) => existsSync(candidate)) ?? path
}

const LOOPBACK = /^(localhost|\[?::1\]?|127(\.\d{1,3}){3})$/

/** True for a host that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}
