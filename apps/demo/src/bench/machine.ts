/** The machine that the page runs on, with a clock and a network that the bench can put wrong. */
import { useSyncExternalStore } from 'react'

export interface Machine {
  /** How far ahead of the truth the wall clock is, in milliseconds. */
  readonly clockOffMs: number
  readonly isOffline: boolean
}

// The page's own globals are what is put wrong: so all of the page, and not the token client alone, has the
// wrong time or no network, and the client is the one that every app gets, with no option set for the bench.
const { now } = Date
const { fetch } = globalThis

let machine: Machine = { clockOffMs: 0, isOffline: false }
const listeners = new Set<() => void>()

function change(next: Partial<Machine>): void {
  machine = { ...machine, ...next }
  for (const listener of listeners) listener()
}

/**
 * Sets the wall clock. The monotonic one goes on: so it is when somebody sets the time, or when the lid was
 * closed for a while, since it stands still in a sleeping machine.
 */
export function setClockOff(clockOffMs: number): void {
  if (clockOffMs === machine.clockOffMs) return
  Date.now = clockOffMs === 0 ? now : () => now() + clockOffMs
  change({ clockOffMs })
}

/** Cuts the network off, or joins it again, and says so to the page as a browser would. */
export function setOffline(isOffline: boolean): void {
  if (isOffline === machine.isOffline) return
  globalThis.fetch = isOffline ? () => Promise.reject(new TypeError('Failed to fetch')) : fetch
  if (isOffline)
    Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false })
  else Reflect.deleteProperty(navigator, 'onLine')
  change({ isOffline })
  window.dispatchEvent(new Event(isOffline ? 'offline' : 'online'))
}

export function currentMachine(): Machine {
  return machine
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useMachine(): Machine {
  return useSyncExternalStore(subscribe, currentMachine)
}
