/** What the failure bench is at, and what it found out so far. */
import { useSyncExternalStore } from 'react'
import type { Condition, Experiment, Finding } from './experiment.ts'
import { noteRecovery } from './broker-fault.ts'
import { EXPERIMENTS } from './experiments/all.ts'
import { setClockOff, setOffline } from './machine.ts'

export interface Bench {
  /** The experiment that is being broken or mended; others wait for it. */
  readonly busy: { readonly id: string; readonly isMending: boolean } | undefined
  /** By the experiment's id. */
  readonly findings: ReadonlyMap<string, Finding>
  /** The latest news, for those who do not see the page. */
  readonly news: string
}

const AT_REST: Bench = { busy: undefined, findings: new Map(), news: '' }

let bench = AT_REST
const listeners = new Set<() => void>()

function change(next: Partial<Bench>): void {
  bench = { ...bench, ...next }
  for (const listener of listeners) listener()
}

/** Breaks something and says what came of it; whatever else is broken is mended first. */
export async function breakIt(experiment: Experiment, condition: Condition): Promise<void> {
  if (bench.busy) return
  // Not awaited where there is nothing to mend: a tab is opened only in the click itself.
  if (brokenIn(condition).length > 0) await mendAll(condition)
  await attempt(experiment, { isMending: false, act: experiment.run })
}

/** Mends it, and adds to the finding how the page came back. */
export async function mendIt(experiment: Experiment): Promise<void> {
  const { lasting } = experiment
  if (bench.busy || !lasting) return
  await attempt(experiment, { isMending: true, act: lasting.mend })
}

/** Mends all that is broken. */
export async function mendAll(condition: Condition): Promise<void> {
  for (const experiment of brokenIn(condition)) await mendIt(experiment)
}

/** Forgets all findings. */
export function forgetFindings(): void {
  change({ findings: new Map(), news: '' })
}

/** For who signs out: the page is whole again, the bench empty. A broken broker ends with its session. */
export function leaveBench(): void {
  setClockOff(0)
  setOffline(false)
  noteRecovery()
  forgetFindings()
}

export function brokenIn(condition: Condition): Experiment[] {
  return EXPERIMENTS.filter(({ lasting }) => lasting?.isOn(condition))
}

async function attempt(
  { id, title }: Experiment,
  { isMending, act }: { isMending: boolean; act: () => Promise<Finding> },
): Promise<void> {
  const before = isMending ? bench.findings.get(id) : undefined
  change({ busy: { id, isMending } })
  const found = await act().catch(failed)
  const finding = before
    ? {
        isAsExpected: before.isAsExpected && found.isAsExpected,
        words: `${before.words} ${found.words}`,
      }
    : found
  const verdict = found.isAsExpected ? 'as expected' : 'not as expected'
  change({
    busy: undefined,
    findings: new Map(bench.findings).set(id, finding),
    news: `${title}: ${verdict}. ${found.words}`,
  })
}

function failed(error: unknown): Finding {
  const words = error instanceof Error ? error.message : 'Something failed.'
  return { isAsExpected: false, words }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useBench(): Bench {
  return useSyncExternalStore(subscribe, () => bench)
}
