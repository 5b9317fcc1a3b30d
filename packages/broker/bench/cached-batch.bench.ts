/** What a cached batch of four tokens costs, beside an empty handler on the same adapter, in the same run. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { requestBytes } from './batch.ts'
import { type Load, load } from './load.ts'

export interface Figure {
  readonly name: string
  readonly value: number
  /** The value must not be above it. */
  readonly limit: number
  readonly unit: string
}

const CONNECTIONS = 64
const WARM_UP_SECONDS = 3
const ROUNDS = 15
/** Of each server; together the 60 s that must pass without an error. */
const ROUND_SECONDS = 4

/** `bare` is told beside the figures: the empty handler on Hono's adapter with its globals replaced. */
const NAMES = ['empty', 'broker', 'bare'] as const
type Name = (typeof NAMES)[number]

interface Server {
  readonly url: string
  /** Milliseconds of CPU so far. */
  readonly cpuMs: () => Promise<number>
  stop(): void
}

interface Round extends Load {
  readonly cpuMs: number
}

export default async function figures(): Promise<Figure[]> {
  const servers = {
    broker: await start('broker'),
    empty: await start('empty'),
    bare: await start('bare'),
  }
  const rounds: Record<Name, Round[]> = { broker: [], empty: [], bare: [] }
  try {
    for (const name of NAMES) await measure(servers[name], WARM_UP_SECONDS)
    // In turns, and who is first changes, so that all have the same neighbours.
    for (let round = 0; round < ROUNDS; round += 1)
      for (const name of round % 2 ? NAMES : NAMES.toReversed())
        rounds[name].push(await measure(servers[name], ROUND_SECONDS))
  } finally {
    for (const server of Object.values(servers)) server.stop()
  }
  tell(rounds)
  return [
    {
      name: 'a cached batch of 4: requests per second of the empty handler, over ours',
      value: median(ratios(rounds, rateOf).map((share) => 1 / share)),
      limit: 1 / 0.8,
      unit: '×',
    },
    {
      name: `p99 at ${CONNECTIONS} connections, over that of the empty handler`,
      value: median(ratios(rounds, p99Of)),
      limit: 1.5,
      unit: '×',
    },
    {
      name: `errors in ${ROUNDS * ROUND_SECONDS} s`,
      value: rounds.broker.reduce((sum, { errors }) => sum + errors, 0),
      limit: 0,
      unit: '',
    },
  ]
}

async function start(name: Name): Promise<Server> {
  const child: ChildProcess = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [name])
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return {
    url,
    cpuMs: async () => {
      child.send('cpu')
      const [{ cpuMs }] = (await once(child, 'message')) as [{ cpuMs: number }]
      return cpuMs
    },
    stop: () => void child.kill(),
  }
}

async function measure({ url, cpuMs }: Server, seconds: number): Promise<Round> {
  const request = requestBytes(new URL(url).host)
  const before = await cpuMs()
  const done = await load(url, { connections: CONNECTIONS, seconds, request })
  return { ...done, cpuMs: (await cpuMs()) - before }
}

function rateOf({ answers, seconds }: Round): number {
  return answers / seconds
}

function p99Of({ waitsMs }: Round): number {
  return waitsMs.toSorted((a, b) => a - b)[Math.floor(waitsMs.length * 0.99)] ?? Number.NaN
}

function cpuOf({ cpuMs, answers }: Round): number {
  return (cpuMs / answers) * 1_000
}

/** Ours over the empty handler's, round by round. */
function ratios(rounds: Record<Name, Round[]>, of: (round: Round) => number): number[] {
  return rounds.broker.flatMap((ours, index) => {
    const empty = rounds.empty[index]
    return empty ? [of(ours) / of(empty)] : []
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function tell(rounds: Record<Name, Round[]>): void {
  for (const name of NAMES) {
    const [rate, p99, cpu] = [rateOf, p99Of, cpuOf].map((of) => median(rounds[name].map(of)))
    console.error(
      `${name}: ${rate?.toFixed(0)} req/s, p99 ${p99?.toFixed(1)} ms, ${cpu?.toFixed(0)} µs CPU a request`,
    )
  }
}
