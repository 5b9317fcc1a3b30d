/** Where an app names its broker's type, so that audience names are known to the hooks. */
import type { BrokerShape } from '@valetkey/client'

/**
 * Augment it once, and every hook knows the broker's audience names:
 *
 * ```ts
 * declare module '@valetkey/react' {
 *   interface Register { broker: Broker }
 * }
 * ```
 */
// An empty interface is what module augmentation needs.
// oxlint-disable-next-line typescript/no-empty-object-type
export interface Register {}

/** The broker named in `R`; without one, any name is an audience. */
export type BrokerOf<R> = R extends { broker: infer B extends BrokerShape } ? B : BrokerShape

export type RegisteredBroker = BrokerOf<Register>
