/** The nodes of one vault, as the broker names them, with tokens at hand. */
import type { PreparedAudience, TokenClient } from '@valetkey/client'
import type { VaultNode } from './node-call.ts'
import { type NodeOutcome, type NodeRef, nameOf, VaultError } from './vault-error.ts'

/** What the vault client needs of a token client. */
export type VaultTokens = Pick<TokenClient, 'prepare' | 'fetchFor' | 'status'>

export interface NodeSet {
  /** Nodes with a usable token, in the broker's order. */
  readonly nodes: readonly VaultNode[]
  /** Nodes without one, and why. */
  readonly absent: readonly NodeOutcome[]
  /** How many nodes there are: a secret has one share for each. */
  readonly size: number
}

export interface NodeSource {
  /** All that have a token, at least one. @throws {TokenError} if there is none. */
  forReading(signal?: AbortSignal): Promise<NodeSet>
  /** All of them, each with a token that lives for `minRemainingMs`. @throws {TokenError} if one has none. */
  forWriting(minRemainingMs: number, signal?: AbortSignal): Promise<readonly VaultNode[]>
}

/** Creates the source for a group, or for audiences of which each is a node. */
export function createNodeSource(
  client: VaultTokens,
  target: string | readonly string[],
  { scope }: { scope?: string | undefined } = {},
): NodeSource {
  const scoped = scope === undefined ? {} : { scope }
  const nodeOf = (prepared: PreparedAudience): VaultNode => nodeFor(client, prepared, scoped)
  return {
    async forReading(signal) {
      const prepared = await client.prepare(target, {
        quorum: 1,
        ...scoped,
        ...(signal && { signal }),
      })
      const nodes = prepared.map(nodeOf)
      const known = new Set(prepared.map(({ audience }) => audience))
      const members = typeof target === 'string' ? client.status(target).members : target
      const absent = (members ?? []).filter((audience) => !known.has(audience))
      return {
        nodes,
        absent: absent.map((audience) => absence(client, audience)),
        size: nodes.length + absent.length,
      }
    },
    async forWriting(minRemaining, signal) {
      const prepared = await client.prepare(target, {
        minRemaining,
        ...scoped,
        ...(signal && { signal }),
      })
      return prepared.map(nodeOf)
    },
  }
}

function nodeFor(
  client: VaultTokens,
  { audience, resource }: PreparedAudience,
  scoped: { scope?: string },
): VaultNode {
  if (resource === undefined)
    throw new VaultError(
      'config',
      `The broker names no address for ${audience}; its minter must give each member's resource`,
    )
  return { ...nodeRef(audience), resource, fetch: client.fetchFor(audience, scoped) }
}

function absence(client: VaultTokens, audience: string): NodeOutcome {
  const node = nodeRef(audience)
  const { error: cause } = client.status(audience)
  const why = cause === undefined ? '' : ` (${cause.code})`
  const error = new VaultError('no_token', `No token for node ${nameOf(node)}${why}`, {
    node,
    ...(cause !== undefined && { cause, retryable: cause.retryable }),
  })
  return { ...node, ok: false, error }
}

/** A member's address is `{group}/{member}`, and SecretVault's members are named by their DIDs. */
function nodeRef(audience: string): NodeRef {
  const name = audience.slice(audience.indexOf('/') + 1)
  return name.startsWith('did:') ? { audience, did: name } : { audience }
}
