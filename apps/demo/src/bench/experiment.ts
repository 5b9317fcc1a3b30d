/** What an experiment of the failure bench is made of. */
import type { SessionView } from '../session.ts'
import type { BrokerFault } from './broker-fault.ts'
import type { Machine } from './machine.ts'

/** What came out, beside what should have. */
export interface Finding {
  readonly isAsExpected: boolean
  readonly words: string
}

/** All that can be broken now, whoever broke it. */
export interface Condition {
  readonly session: SessionView
  readonly brokerFault: BrokerFault | null
  readonly machine: Machine
}

export interface Experiment {
  readonly id: string
  readonly title: string
  /** What is broken. */
  readonly what: string
  readonly expected: string
  /** False where it would break something real. */
  readonly isPossible?: (session: SessionView) => boolean
  /** Breaks it, watches, says what came of it. */
  readonly run: () => Promise<Finding>
  /** Of what stays broken until it is mended. */
  readonly lasting?: {
    readonly isOn: (condition: Condition) => boolean
    /** Mends it and says how the page came back. */
    readonly mend: () => Promise<Finding>
  }
}

/** `1 read`, `2 reads`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `40 ms`, `1.4 s`. */
export function span(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`
}
