/** Asks nodes who they are, where the configuration gives no more than their address. */
import { MintError } from '@valetkey/broker'
import ky from 'ky'
import { isFields, type TokenFormat } from './cluster-fields.ts'
import type { ClusterNode } from './cluster-nodes.ts'
import { derives, hasChecksum } from './did.ts'
import { didKeyOf, publicKeyOfHex } from './did-key.ts'

/** The DID that a node's tokens are for. Rejects with a `MintError`. */
export type NodeIdentities = (node: ClusterNode) => Promise<string>

export interface NodeIdentityParts {
  format: TokenFormat
  clock: { now(): number }
}

/** For so long an answer is taken for granted: a node's key may be replaced. */
const KEPT_MS = 300_000
const TIMEOUT_MS = 5_000
const RETRIES = 2
const RETRY_DELAY_MS = 100

interface Known {
  did: string
  until: number
}

/** What the configuration says goes unasked. Nodes are asked at the first token, all who wait at once. */
export function createNodeIdentities({ format, clock }: NodeIdentityParts): NodeIdentities {
  // By the node as configured: a new configuration asks anew.
  const known = new WeakMap<ClusterNode, Known>()
  const flights = new WeakMap<ClusterNode, Promise<string>>()

  async function ask(node: ClusterNode): Promise<string> {
    const about = await aboutOf(node)
    const did = format === 'nuc' ? keyDidIn(about, node) : seedDidIn(about, node)
    if (did === undefined)
      throw new MintError(
        'upstream_invalid',
        `${node.url}about is not the answer of the node that is configured`,
      )
    known.set(node, { did, until: clock.now() + KEPT_MS })
    return did
  }

  return async (node) => {
    if (node.did !== undefined) return node.did
    const answer = known.get(node)
    if (answer && clock.now() < answer.until) return answer.did
    const flight = flights.get(node) ?? ask(node).finally(() => void flights.delete(node))
    flights.set(node, flight)
    return flight.catch((error: unknown) => {
      // A node that does not answer is still the one it was; one that answers otherwise is not.
      if (answer && error instanceof MintError && error.code === 'temporarily_unavailable')
        return answer.did
      throw error
    })
  }
}

async function aboutOf({ url }: ClusterNode): Promise<unknown> {
  try {
    return await ky
      .get(`${url}about`, {
        redirect: 'error',
        timeout: TIMEOUT_MS,
        totalTimeout: TIMEOUT_MS,
        retry: { limit: RETRIES, delay: () => RETRY_DELAY_MS },
      })
      .json()
  } catch (cause) {
    throw new MintError('temporarily_unavailable', `${url}about does not say who the node is`, {
      cause,
    })
  }
}

/** Today's nodes tell their key, from which their DIDs follow. Who knows it already has not asked. */
function keyDidIn(about: unknown, { seedDid }: ClusterNode): string | undefined {
  const told = keyIn(about)
  if (!told) return undefined
  return seedDid === undefined || derives(seedDid, told) ? didKeyOf(told) : undefined
}

/** Nodes of the seed era tell both. */
function seedDidIn(about: unknown, { publicKey }: ClusterNode): string | undefined {
  const did = isFields(about) && typeof about.did === 'string' ? about.did : ''
  const told = keyIn(about)
  if (!hasChecksum(did) || (told && !derives(did, told))) return undefined
  return !publicKey || derives(did, publicKey) ? did : undefined
}

function keyIn(about: unknown): Uint8Array | undefined {
  if (!isFields(about)) return undefined
  const digits = about.public_key ?? about.publicKey
  return typeof digits === 'string' ? publicKeyOfHex(digits) : undefined
}
