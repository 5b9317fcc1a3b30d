/** What the readers of a cluster configuration share: untyped fields, the report of faults, DIDs. */
import { networkOf } from './did.ts'
import type { Es256kSigner } from './signers.ts'

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Notes one fault; the returned `undefined` is the value that could not be had. */
export type Report = (field: string, fault: string) => undefined

/** `jwt`: the seed era's. `nuc`: that of today's nodes. */
export type TokenFormat = 'jwt' | 'nuc'

export interface ClusterRules {
  /** @default 'jwt' */
  format?: TokenFormat | undefined
  /** Check that DIDs carry their checksum and that `orgDid` derives from the key. */
  checkDid: boolean
  /** Accept `http:` nodes beyond this machine. */
  allowHttp: boolean
  /** Signs in place of a key in the configuration. */
  signer?: Es256kSigner | undefined
}

/** A DID of the seed era, or `undefined` with the fault reported. */
export function parseDid(value: unknown, field: string, report: Report): string | undefined {
  if (typeof value === 'string' && networkOf(value) !== undefined) return value
  return report(
    field,
    'must be of the form did:nil:<testnet or mainnet>:nillion1<38 letters and digits>',
  )
}
