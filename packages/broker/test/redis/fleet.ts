/** A fleet of broker processes in front of one upstream that counts. */
import { type ChildProcess, fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { FleetOrder, FleetResult, FleetSettings } from './fleet-process.ts'
import type { OnEnd } from './redis-server.ts'

export interface Upstream {
  url: string
  /** Calls so far, by audience. */
  calls: Record<string, number>
  /** Calls for audiences whose name begins like this. */
  callsFor(scenario: string): number[]
  delayMs: number
}

export async function startUpstream(onEnd: OnEnd = onTestFinished): Promise<Upstream> {
  const calls: Record<string, number> = {}
  const upstream: Upstream = {
    url: '',
    calls,
    callsFor: (scenario) =>
      Object.entries(calls).flatMap(([name, count]) => (name.startsWith(scenario) ? [count] : [])),
    delayMs: 300,
  }
  const server = createServer((request, response) => {
    const audience = (request.url ?? '').slice(1)
    const number = (calls[audience] ?? 0) + 1
    calls[audience] = number
    setTimeout(() => response.end(`fleet.${audience}.${number}`), upstream.delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  upstream.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return upstream
}

export interface FleetMember {
  ask(order: FleetOrder): Promise<FleetResult>
  kill(): void
  freeze(): void
  thaw(): void
}

export type FleetOptions = Partial<FleetSettings> &
  Pick<FleetSettings, 'redisUrl' | 'upstreamUrl'> & { onEnd?: OnEnd }

export async function startFleet(
  count: number,
  { onEnd = onTestFinished, ...settings }: FleetOptions,
): Promise<FleetMember[]> {
  const all: FleetSettings = {
    keys: [Buffer.alloc(32, 7).toString('base64')],
    lockMs: 3_000,
    required: false,
    ...settings,
  }
  return Promise.all(Array.from({ length: count }, () => startMember(all, onEnd)))
}

async function startMember(settings: FleetSettings, onEnd: OnEnd): Promise<FleetMember> {
  const child = fork(new URL('./fleet-process.ts', import.meta.url), {
    env: { ...process.env, FLEET_SETTINGS: JSON.stringify(settings) },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  onEnd(() => void child.kill('SIGKILL'))
  await nextMessage(child)
  return {
    async ask(order) {
      const answer = nextMessage(child)
      child.send(order)
      return (await answer) as FleetResult
    },
    kill: () => void child.kill('SIGKILL'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', () => reject(new Error('the process has ended')))
  })
}
