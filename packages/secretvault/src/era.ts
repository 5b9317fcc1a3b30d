/** Finds out which era's interface the nodes of a vault have. */
import { isObject } from './answers.ts'
import type { Era, NodeApi } from './node-api.ts'
import { type Attempt, callNode, type NodeCall, outcomeOf, type VaultNode } from './node-call.ts'
import { seedApi } from './seed-api.ts'
import { todayApi } from './today-api.ts'
import { VaultError } from './vault-error.ts'

const SEED_DID = /^did:nil:(mainnet|testnet):nillion1[a-z0-9]{38}$/
const TODAY_DID = /^did:(key:z[1-9A-HJ-NP-Za-km-z]+|nil:[0-9a-f]{66})$/

const APIS: Readonly<Record<Era, NodeApi>> = { seed: seedApi, today: todayApi }

export interface EraFinder {
  /** The interface of these nodes. @throws {VaultError} if no node tells. */
  apiFor(nodes: readonly VaultNode[], rules: { deadlineMs: number }): Promise<NodeApi>
}

/** Creates the finder. With `auto` the nodes' names tell, else what they say at `/about`, asked for once. */
export function createEraFinder(era: Era | 'auto'): EraFinder {
  let found: Promise<NodeApi> | undefined
  return {
    async apiFor(nodes, { deadlineMs }) {
      if (era !== 'auto') return APIS[era]
      const named = eraOfNames(nodes)
      if (named) return APIS[named]
      found ??= ask(nodes, deadlineMs).catch((error: unknown) => {
        found = undefined
        throw error
      })
      return found
    },
  }
}

/** A token is made for its node's name, so the name says which kind of token it is. */
function eraOfNames(nodes: readonly VaultNode[]): Era | undefined {
  const every = (pattern: RegExp): boolean =>
    nodes.every(({ did }) => did !== undefined && pattern.test(did))
  if (every(SEED_DID)) return 'seed'
  return every(TODAY_DID) ? 'today' : undefined
}

const about: NodeCall<Era> = { method: 'GET', path: 'about', parse: eraOfAbout }

/** A node that has both interfaces is asked in today's. */
function eraOfAbout(content: unknown): Era | undefined {
  if (!isObject(content)) return undefined
  if (typeof content.public_key === 'string') return 'today'
  return typeof content.publicKey === 'string' ? 'seed' : undefined
}

/** The first node to answer speaks for all. */
async function ask(nodes: readonly VaultNode[], deadlineMs: number): Promise<NodeApi> {
  const failures: Attempt<Era>[] = []
  try {
    const era = await Promise.any(
      nodes.map(async (node) => {
        const attempt = await callNode(node, about, { deadlineMs, retries: 1 })
        if (attempt.ok) return attempt.value
        failures.push(attempt)
        throw attempt.error
      }),
    )
    return APIS[era]
  } catch {
    throw new VaultError('nodes_failed', 'No node said at /about which era it is of', {
      nodes: failures.map(outcomeOf),
    })
  }
}
