/** How long a bearer lives, within what a configuration and the broker ask for. */
import { MintError, type MinterLimits, type MintRequest } from '@valetkey/broker'
import type { Report } from './fields.ts'

/** What Skyflow's own clients ask for, and the most a bearer lives. */
export const MAX_LIFETIME_MS = 3_600_000
export const FALLBACK_LIFETIME_MS = 300_000
const MIN_LIFETIME_MS = 2_000

export interface LifetimeOptions {
  lifetimeMs?: number
  minLifetimeMs?: number
  fallbackLifetimeMs?: number
}

export function checkLifetimes(options: LifetimeOptions, report: Report): void {
  for (const name of ['lifetimeMs', 'minLifetimeMs', 'fallbackLifetimeMs'] as const) {
    const value = options[name] ?? MAX_LIFETIME_MS
    if (!(value >= MIN_LIFETIME_MS && value <= MAX_LIFETIME_MS))
      report(name, `must be a number of milliseconds from ${MIN_LIFETIME_MS} to ${MAX_LIFETIME_MS}`)
  }
  const { lifetimeMs = MAX_LIFETIME_MS, minLifetimeMs = 0 } = options
  if (lifetimeMs < minLifetimeMs) report('lifetimeMs', 'must not be below minLifetimeMs')
}

export function limitsOf({ lifetimeMs, minLifetimeMs }: LifetimeOptions): MinterLimits {
  return {
    defaultLifetimeMs: lifetimeMs ?? MAX_LIFETIME_MS,
    maxLifetimeMs: MAX_LIFETIME_MS,
    ...(minLifetimeMs !== undefined && { minLifetimeMs }),
  }
}

/** @throws {MintError} `invalid_target` for a life that is none. */
export function lifeOf(
  { lifetimeMs }: Pick<MintRequest, 'lifetimeMs'>,
  now: number,
): { now: number; lifetimeMs: number } {
  if (lifetimeMs > 0) return { now, lifetimeMs: Math.min(lifetimeMs, MAX_LIFETIME_MS) }
  throw new MintError('invalid_target', 'Skyflow gives no bearer without a lifetime above 0 ms')
}
