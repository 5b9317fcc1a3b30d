/** How calls reach the vaults: with a token that the page holds, or through the broker, which keeps it. */
import { useSyncExternalStore } from 'react'

export type Delivery = 'direct' | 'proxied'

export interface DeliveryChoice {
  readonly delivery: Delivery
  /** The page chose it by itself, since it could not reach the vaults. */
  readonly isForced: boolean
}

const KEY = 'valetkey-demo-delivery'
const listeners = new Set<() => void>()
let choice: DeliveryChoice = { delivery: chosenBefore(), isForced: false }

function set(next: DeliveryChoice): void {
  choice = next
  for (const listener of listeners) listener()
}

/** For the switch: somebody decided. Holds in this tab, so that a page loaded anew never asks for a token. */
export function chooseDelivery(delivery: Delivery): void {
  try {
    sessionStorage.setItem(KEY, delivery)
  } catch {
    // Storage may be forbidden; then the choice holds until the page is loaded anew.
  }
  set({ delivery, isForced: false })
}

function chosenBefore(): Delivery {
  try {
    return sessionStorage.getItem(KEY) === 'proxied' ? 'proxied' : 'direct'
  } catch {
    return 'direct'
  }
}

/** For who finds the vaults out of reach. */
export function giveUpDirect(): void {
  set({ delivery: 'proxied', isForced: true })
}

export function currentDelivery(): Delivery {
  return choice.delivery
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useDelivery(): DeliveryChoice {
  return useSyncExternalStore(subscribe, () => choice)
}
