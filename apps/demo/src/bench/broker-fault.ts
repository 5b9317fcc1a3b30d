/** How this session's broker is broken, as the server says. */
import { useSyncExternalStore } from 'react'
import type { BrokerFaultView } from '../../server/broker-fault-routes.ts'

export type BrokerFault = NonNullable<BrokerFaultView['fault']>

let fault: BrokerFaultView['fault'] = null
let isRecovering = false
const listeners = new Set<() => void>()

async function ask(init?: RequestInit): Promise<void> {
  const response = await fetch('/api/demo/broker-fault', init)
  if (!response.ok) throw new Error(`The demo's server answered ${response.status}.`)
  const view: BrokerFaultView = await response.json()
  fault = view.fault
  for (const listener of listeners) listener()
}

/** For a page that was loaded anew, while its session's broker was broken. */
export function loadBrokerFault(): Promise<void> {
  return ask()
}

/** Breaks the broker for this session alone, or mends it: then it counts as broken until `noteRecovery`. */
export function setBrokerFault(next: BrokerFaultView['fault']): Promise<void> {
  isRecovering = true
  return ask({
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fault: next }),
  })
}

/** The client has had a token since, or has given up hope. */
export function noteRecovery(): void {
  isRecovering = false
}

/** True from the moment it is to break until what that led to is over. */
export function isBrokerBroken(): boolean {
  return fault !== null || isRecovering
}

function currentBrokerFault(): BrokerFaultView['fault'] {
  return fault
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useBrokerFault(): BrokerFaultView['fault'] {
  return useSyncExternalStore(subscribe, currentBrokerFault)
}
