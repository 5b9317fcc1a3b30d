/** Makes the same reads in three ways for as long as it is switched on, and counts. */
import { useSyncExternalStore } from 'react'
import { nodeIn } from '../audiences.ts'
import { currentDelivery } from '../delivery.ts'
import { passed, readStatus } from '../bench/reads.ts'
import { isExcusedNow } from '../bench/scoreboard.ts'
import { isFailure, type Outcome } from '../bench/due.ts'
import { currentView } from '../session.ts'
import { tokens } from '../tokens.ts'
import { createReadWithTokenEach, createReadWithTokenKept, type NaiveRead } from './naive-reads.ts'

export const WAYS = ['ours', 'each', 'kept'] as const
export type Way = (typeof WAYS)[number]

export interface Tally {
  readonly reads: number
  readonly brokerRequests: number
  /** 401s that the app got to see. */
  readonly unauthorized: number
  /** Reads that failed where none had to. */
  readonly failed: number
  readonly longestMs: number
}

export interface Comparison {
  readonly isOn: boolean
  readonly tallies: Readonly<Record<Way, Tally>>
}

const PACE_MS = 1000
const ZERO: Tally = { reads: 0, brokerRequests: 0, unauthorized: 0, failed: 0, longestMs: 0 }
const AT_REST: Comparison = { isOn: false, tallies: { ours: ZERO, each: ZERO, kept: ZERO } }

let comparison = AT_REST
let round = new AbortController()
const listeners = new Set<() => void>()

function show(next: Comparison): void {
  comparison = next
  for (const listener of listeners) listener()
}

function add(way: Way, more: Partial<Tally>): void {
  const tally = comparison.tallies[way]
  const next: Tally = {
    reads: tally.reads + (more.reads ?? 0),
    brokerRequests: tally.brokerRequests + (more.brokerRequests ?? 0),
    unauthorized: tally.unauthorized + (more.unauthorized ?? 0),
    failed: tally.failed + (more.failed ?? 0),
    longestMs: Math.max(tally.longestMs, more.longestMs ?? 0),
  }
  show({ ...comparison, tallies: { ...comparison.tallies, [way]: next } })
}

/** Starts from zero, or ends. */
export function setComparing(isOn: boolean): void {
  round.abort()
  if (!isOn) return show({ ...comparison, isOn })
  round = new AbortController()
  show({ ...AT_REST, isOn })
  const { signal } = round
  const wireOf = (way: Way) => ({
    onBrokerRequest: () => void (signal.aborted || add(way, { brokerRequests: 1 })),
  })
  const stop = tokens.on('request', ({ audiences }) => {
    if (audiences.some((audience) => audience.startsWith('records')))
      wireOf('ours').onBrokerRequest()
  })
  signal.addEventListener('abort', stop)
  void repeat('ours', { signal, readNode: readWithSdk })
  void repeat('each', { signal, readNode: createReadWithTokenEach(wireOf('each')) })
  void repeat('kept', { signal, readNode: createReadWithTokenKept(wireOf('kept')) })
}

const readWithSdk: NaiveRead = (did) => readStatus(nodeIn(currentDelivery(), did))

interface Repeating {
  readonly signal: AbortSignal
  readonly readNode: NaiveRead
}

/** One read after the other: a browser has but six connections to a server, and the page needs some. */
async function repeat(way: Way, { signal, readNode }: Repeating): Promise<void> {
  while (!signal.aborted) {
    const rest = passed(PACE_MS)
    const nodes = (currentView()?.nodes ?? []).filter(({ isGranted }) => isGranted)
    for (const { did } of nodes) await measure(way, { signal, read: () => readNode(did), did })
    await rest
  }
}

interface Measuring {
  readonly signal: AbortSignal
  readonly read: () => Promise<number>
  readonly did: string
}

async function measure(way: Way, { signal, read, did }: Measuring): Promise<void> {
  const startedAt = performance.now()
  const outcome: Outcome = await read().then(
    (status) => ({ status }),
    (error: unknown) => ({ error }),
  )
  if (signal.aborted) return
  const isFailed = isFailure(outcome) && !isExcusedNow(nodeIn('direct', did), outcome)
  add(way, {
    reads: 1,
    longestMs: performance.now() - startedAt,
    unauthorized: 'status' in outcome && outcome.status === 401 ? 1 : 0,
    failed: isFailed ? 1 : 0,
  })
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useComparison(): Comparison {
  return useSyncExternalStore(subscribe, () => comparison)
}
