/** The public shapes of records that users own. */
import type { NodeOutcome, NodeRef } from './vault-error.ts'

/** What a builder may do with a record that a user owns. */
export interface Acl {
  /** The builder's DID. */
  grantee: string
  read: boolean
  write: boolean
  execute: boolean
}

export interface DocumentName {
  collection: string
  document: string
}

export interface OwnedReference extends DocumentName {
  /** DID of the builder whose collection it is in. */
  builder?: string
}

/** What nodes add to a record that a user owns. */
export interface Ownership {
  _owner: string
  _acl: readonly Acl[]
}

export interface OwnedList {
  /** On every node that answered. */
  items: OwnedReference[]
  /** On some of them, with those that do not have it. */
  incomplete: { item: OwnedReference; missingFrom: readonly NodeRef[] }[]
  missing: readonly NodeOutcome[]
  nodes: readonly NodeOutcome[]
}
