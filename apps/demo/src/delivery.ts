/** How calls reach the vaults: with a token that the page holds, or through the broker, which keeps it. */
import { useSyncExternalStore } from 'react'

export type Delivery = 'direct' | 'proxied'
/** What the switch says: for each system what is advised, or one way for all. */
export type Way = 'each' | Delivery

/** The delivery of each kind of system. */
export interface Deliveries {
  /** Of SecretVault and Skyflow. */
  readonly delivery: Delivery
  /** Of NexusRunDB and walt.id, of which nobody has said that they admit browsers (CORS). */
  readonly shyDelivery: Delivery
}

export interface DeliveryChoice extends Deliveries {
  readonly way: Way
  /** The page chose it by itself, since it could not reach the vaults. */
  readonly isForced: boolean
}

const KEY = 'valetkey-demo-delivery'
const WAYS: readonly string[] = ['each', 'direct', 'proxied'] satisfies Way[]
const listeners = new Set<() => void>()
let choice = choiceOf(chosenBefore(), false)

function choiceOf(way: Way, isForced: boolean): DeliveryChoice {
  return {
    way,
    delivery: way === 'proxied' ? 'proxied' : 'direct',
    shyDelivery: way === 'direct' ? 'direct' : 'proxied',
    isForced,
  }
}

function set(next: DeliveryChoice): void {
  choice = next
  for (const listener of listeners) listener()
}

/** For the switch: somebody decided. Holds in this tab, so that a page loaded anew never asks for a token. */
export function chooseDelivery(way: Way): void {
  try {
    sessionStorage.setItem(KEY, way)
  } catch {
    // Storage may be forbidden; then the choice holds until the page is loaded anew.
  }
  set(choiceOf(way, false))
}

function chosenBefore(): Way {
  try {
    const kept = sessionStorage.getItem(KEY)
    return isWay(kept) ? kept : 'each'
  } catch {
    return 'each'
  }
}

function isWay(text: string | null): text is Way {
  return text !== null && WAYS.includes(text)
}

/** For who finds the vaults out of reach. */
export function giveUpDirect(): void {
  set(choiceOf('proxied', true))
}

/** How the nodes and Skyflow are reached. */
export function currentDelivery(): Delivery {
  return choice.delivery
}

/** How each system is reached. */
export function currentDeliveries(): Deliveries {
  return choice
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useDelivery(): DeliveryChoice {
  return useSyncExternalStore(subscribe, () => choice)
}
