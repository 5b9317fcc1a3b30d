/** The vault client: one object for all operations on the nodes of one vault. */
import type { AudienceName, BrokerShape, GroupName, TokenClient } from '@valetkey/client'
import type { MatchSeed } from './blindfold.ts'
import { ownedOperations, queryOperations, schemaOperations } from './definition-operations.ts'
import { createEraFinder } from './era.ts'
import type { Era } from './node-api.ts'
import { createNodeSource } from './node-set.ts'
import { bindCollection, recordOperations } from './record-operations.ts'
import { createSharing } from './sharing.ts'
import type { VaultContext } from './vault-context.ts'
import { VaultError } from './vault-error.ts'
import type { SecretVault } from './vault-types.ts'

export interface SecretVaultOptions<B extends BrokerShape = BrokerShape> {
  /** From `createTokenClient`. */
  client: TokenClient<B>
  /** The group whose members are the nodes, or one audience for each node. */
  audience: GroupName<B> | readonly AudienceName<B>[]
  /**
   * Which interface the nodes have: `seed` (nilDB up to 0.5, JWT), `today` (from 1.0 on, NUC). `auto`: as the
   * members' DIDs say, or else as the nodes say at `/about`, asked once.
   *
   * @default 'auto'
   */
  era?: Era | 'auto'
  /** Space-separated scope of the tokens; may only narrow what the broker grants. */
  scope?: string
  /** What secrets shared as `match` are hashed with: a key, the same for all who search. */
  matchSeed?: MatchSeed
  /**
   * How long one node may take for a read, in milliseconds.
   *
   * @default 10000
   */
  deadlineMs?: number
  /**
   * How long one node may take for a write, in milliseconds, and once more to take it back. A write begins
   * only when every node's token lives at least so long; tokens must be minted for longer.
   *
   * @default 5000
   */
  writeDeadlineMs?: number
  /**
   * After how many milliseconds a write whose answer was lost counts as never to land, if it has not.
   *
   * @default 30000
   */
  settleMs?: number
}

const DEADLINE_MS = 10_000
const WRITE_DEADLINE_MS = 5_000
const SETTLE_MS = 30_000

/**
 * Creates the vault client. Tokens come and stay in `client`; this adds what only SecretVault needs.
 *
 * @example
 * ```ts
 * const vault = createSecretVault({ client: tokens, audience: 'records' })
 * await vault.create(schema, [{ service: 'mail', password: { '%allot': 'hunter2' } }])
 * const { records } = await vault.find(schema, { service: 'mail' })
 * ```
 */
export function createSecretVault<B extends BrokerShape = BrokerShape>(
  options: SecretVaultOptions<B>,
): SecretVault {
  const { client, audience, era = 'auto', scope, matchSeed } = options
  const context: VaultContext = {
    source: createNodeSource(client, audience, { scope }),
    era: createEraFinder(era),
    sharing: createSharing(matchSeed),
    secrets: {},
    ...timesOf(options),
  }
  return {
    ...recordOperations(context),
    ...schemaOperations(context),
    ...queryOperations(context),
    collection: (id: string, bound?: object) => bindCollection(context, id, bound),
    owned: ownedOperations(context),
  }
}

type Times = Pick<VaultContext, 'deadlineMs' | 'writeDeadlineMs' | 'settleMs'>

function timesOf(options: Partial<Times>): Times {
  const { deadlineMs = DEADLINE_MS, writeDeadlineMs = WRITE_DEADLINE_MS } = options
  const times = { deadlineMs, writeDeadlineMs, settleMs: options.settleMs ?? SETTLE_MS }
  for (const [name, value] of Object.entries(times))
    if (!(value > 0 && value < 2 ** 31))
      throw new VaultError('config', `${name} must be a positive number of milliseconds`)
  return times
}
