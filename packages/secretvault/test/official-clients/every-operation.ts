/** A page in which the vendor's clients do all they can on brokered tokens: no key of anybody is in it. */
import { Buffer } from 'buffer'
import type { Tally } from '../../../sandbox/test/official-clients/tally.ts'
import { doAllOfTheSeed } from './all-of-the-seed.ts'
import { doAllOfToday } from './all-of-today.ts'

export type Run = Tally['run']

/** What a client has, and what of it did not pass. */
export interface Done {
  report: string
  missing: string[]
  /** What the operations gave, as far as it tells that they worked. */
  seen: Record<string, unknown>
}

/** Who the tokens of each audience speak for. */
export interface Parties {
  schema: object
  builder: string
  newcomer: string
  user: string
  /** The newcomer's account with nodes of the seed era. */
  account: { did: string; publicKey: string; name: string }
}

declare global {
  var doAllOfToday: (parties: Parties) => Promise<Done>
  var doAllOfTheSeed: (parties: Parties) => Promise<Done>
  var ready: boolean
}

// Both clients take it for granted.
Object.assign(globalThis, { Buffer, doAllOfToday, doAllOfTheSeed })

globalThis.ready = true
