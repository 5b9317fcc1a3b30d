/** What either format's tokens are made from. */
import type { MintRequest } from '@valetkey/broker'
import type { Cluster } from './cluster-config.ts'

export interface TokenOrder {
  cluster: Cluster
  /** Base URL of the node. */
  url: string
  /** The node's DID. */
  audience: string
  /** Seconds since the epoch. */
  exp: number
  request: MintRequest
}
