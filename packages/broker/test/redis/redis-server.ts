/** Starts Redis servers for tests, each on a port and in a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

const COMMANDS = [process.env.REDIS_SERVER ?? '', 'redis-server', 'valkey-server']
const command = COMMANDS.find((name) => name !== '' && runs(name))
const MISSING = 'no redis-server here; scripts/ensure-redis.mjs installs it where it may'

/** In CI the tests run and fail without it. */
export const isRedisMissing: boolean = !command && process.env.CI !== 'true'
/** Ends the title of a suite that needs Redis. */
export const unlessMissing: string = isRedisMissing ? ` (skipped: ${MISSING})` : ''

function runs(name: string): boolean {
  return spawnSync(name, ['--version']).status === 0
}

/** Takes what is to be done in the end. */
export type OnEnd = (work: () => void | Promise<void>) => void

export interface RedisServer {
  url: string
  port: number
  /** Where it writes its dump. */
  dir: string
  /** Another client, to look in from outside. */
  client: Redis
  /** SIGKILL. */
  kill(): Promise<void>
  /** On the same port, empty. */
  restart(): Promise<void>
  freeze(): void
  thaw(): void
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Ends with the test, unless `onEnd` is told otherwise. */
export async function startRedis(onEnd: OnEnd = onTestFinished): Promise<RedisServer> {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const dir = mkdtempSync(join(tmpdir(), 'valetkey-redis-'))
  let child = await launch(port, dir)
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => {})
  onEnd(async () => {
    client.disconnect()
    await end(child)
    rmSync(dir, { recursive: true, force: true })
  })
  return {
    url,
    port,
    dir,
    client,
    kill: () => end(child),
    async restart() {
      await end(child)
      child = await launch(port, dir)
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  }
}

async function launch(port: number, dir: string): Promise<ChildProcess> {
  if (!command) throw new Error(MISSING)
  const options = { port, bind: '127.0.0.1', dir, save: '', appendonly: 'no', loglevel: 'warning' }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(command, args, { stdio: 'ignore' })
  const probe = new Redis(port, '127.0.0.1', {
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
  })
  probe.on('error', () => {})
  await probe.ping()
  probe.disconnect()
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}
