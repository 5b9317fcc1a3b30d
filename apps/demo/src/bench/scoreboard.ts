/** Keeps the score: the vault calls of this app, those that failed, those that had no need to. */
import type { TokenEventMap } from '@valetkey/client'
import { useSyncExternalStore } from 'react'
import { isBrokerBroken } from './broker-fault.ts'
import { isBesideThePoint, isDue, isFailure, type Outcome } from './due.ts'
import { currentMachine } from './machine.ts'
import { isDown } from './vault-power.ts'

export interface Score {
  /** Calls that ended, one way or the other. */
  readonly made: number
  /** Failed where none is due. */
  readonly failed: number
  /** Failed because they had to. */
  readonly failedDue: number
}

const NOTHING: Score = { made: 0, failed: 0, failedDue: 0 }
/** The client hands a token out until a tenth of its life is left, 10 s at most. */
const MARGIN_SHARE = 0.1
const MOST_MARGIN_MS = 10_000

let score = NOTHING
const listeners = new Set<() => void>()
const held = new Map<string, { generation: number; usableUntil: number }>()
const reached = new Set<string>()

function show(next: Score): void {
  score = next
  for (const listener of listeners) listener()
}

/** Notes a token that arrived, to judge by: the client's own word for it would prove nothing. */
export function noteToken(token: TokenEventMap['refreshed']): void {
  const { audience, generation, expiresAt, lifetimeMs } = token
  const marginMs = Math.min(MARGIN_SHARE * lifetimeMs, MOST_MARGIN_MS)
  held.set(audience, { generation, usableUntil: expiresAt - marginMs })
}

/** Notes a token that its vault refused. */
export function noteRefusal({ audience, generation }: TokenEventMap['refused']): void {
  if ((held.get(audience)?.generation ?? 0) <= generation) held.delete(audience)
}

/** Counts one call of the app's. */
export function noteCall(audience: string, outcome: Outcome): void {
  if (isBesideThePoint('error' in outcome ? outcome : {})) return
  if ('status' in outcome) reached.add(audience)
  const { made, failed, failedDue } = score
  if (!isFailure(outcome)) return show({ ...score, made: made + 1 })
  const isExcused = isExcusedNow(audience, outcome)
  show({
    made: made + 1,
    failed: failed + (isExcused ? 0 : 1),
    failedDue: failedDue + (isExcused ? 1 : 0),
  })
}

/** True if a call to this audience that fails now had to fail, whoever made it. */
export function isExcusedNow(audience: string, outcome: Outcome): boolean {
  return isDue(outcome, {
    isOffline: currentMachine().isOffline,
    isVaultDown: isDown(audience),
    isBrokerBroken: isBrokerBroken(),
    isTokenUsable: Date.now() < (held.get(audience)?.usableUntil ?? 0),
    isReachable: reached.has(audience),
  })
}

/** Counts from zero again. */
export function clearScore(): void {
  show(NOTHING)
}

/** Of the next user nothing is known yet. */
export function forgetScore(): void {
  held.clear()
  clearScore()
}

export function currentScore(): Score {
  return score
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useScore(): Score {
  return useSyncExternalStore(subscribe, currentScore)
}
