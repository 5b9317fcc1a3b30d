/** The options of the minter, with what is wrong with them. */
import { unknownOptionFaults } from '@valetkey/broker/credential'
import type { ClusterConfig } from './cluster-config.ts'
import type { Report, TokenFormat } from './cluster-fields.ts'
import { parseScope } from './scope-words.ts'
import type { Es256kSigner } from './signers.ts'
import { MAX_LIFETIME_MS } from './token-expiry.ts'

const MIN_LIFETIME_MS = 2_000
const DEFAULT_LIFETIMES_MS: Readonly<Record<TokenFormat, number>> = { jwt: 300_000, nuc: 120_000 }

const OPTIONS = [
  'cluster',
  'signer',
  'tokenFormat',
  'scope',
  'revocable',
  'allowFullAuthority',
  'lifetimeMs',
  'checkDid',
  'allowHttp',
  'clock',
  'watchIntervalMs',
]

export interface SecretVaultMinterOptions {
  /**
   * Path of the cluster configuration (JSON), or its content. A file is read at start-up, and again whenever
   * it changes; one that cannot be used is reported and the former kept.
   */
  cluster: string | URL | ClusterConfig
  /** Signs in place of a `secretKey` in the configuration, so that the key can stay in a KMS. */
  signer?: Es256kSigner
  /**
   * The kind of token, one per node in either case. `jwt`: for nodes of the seed era; it is the whole
   * organization. `nuc`: for today's nodes (nilDB from 1.0 on); it can be limited.
   *
   * @default 'jwt'
   */
  tokenFormat?: TokenFormat
  /**
   * The most that any token may do (`nuc` alone), and what one does if nobody asks for less: words such as
   * `data:read` or `queries:execute:<query>`, with spaces between.
   *
   * @default everything, which browsers get only with `allowFullAuthority`
   */
  scope?: string
  /**
   * Gives each user tokens of their own (`nuc` alone), which the nodes are told to refuse when the user signs
   * out. Costs a call to each node then.
   *
   * @default false: users with the same scope share tokens, which end by themselves
   */
  revocable?: boolean
  /**
   * Let browsers hold tokens that carry the organization's full authority on their node: every record, every
   * schema, deletion included.
   *
   * @default false
   */
  allowFullAuthority?: boolean
  /**
   * How long a token lives, in milliseconds, from 2 s to 1 h. Nodes accept a JWT for 5 minutes more, a NUC not
   * for a moment.
   *
   * @default 300000 for `jwt`, 120000 for `nuc`
   */
  lifetimeMs?: number
  /**
   * Check the DIDs' checksums, and that `orgDid` derives from the key. Turn it off only where the nodes
   * know the organization by another DID.
   *
   * @default true
   */
  checkDid?: boolean
  /** Accept `http:` nodes beyond this machine: tokens then cross the network in the clear. @default false */
  allowHttp?: boolean
  /** This server's time, in milliseconds since the epoch. @default the system's */
  clock?: { now(): number }
  /** How often the file is looked at, in milliseconds. @default 5000 */
  watchIntervalMs?: number
}

export function defaultLifetimeOf(format: TokenFormat): number {
  return DEFAULT_LIFETIMES_MS[format] ?? DEFAULT_LIFETIMES_MS.jwt
}

export function reportOptions(options: SecretVaultMinterOptions, report: Report): void {
  for (const { field, fault } of unknownOptionFaults(options, OPTIONS, 'secretvault'))
    report(field, fault)
  const { tokenFormat = 'jwt', lifetimeMs = defaultLifetimeOf(tokenFormat) } = options
  if (!Object.hasOwn(DEFAULT_LIFETIMES_MS, tokenFormat))
    report('tokenFormat', "must be 'jwt' (the seed era's) or 'nuc' (today's)")
  if (!(lifetimeMs >= MIN_LIFETIME_MS && lifetimeMs <= MAX_LIFETIME_MS))
    report(
      'lifetimeMs',
      `must be a number of milliseconds from ${MIN_LIFETIME_MS} to ${MAX_LIFETIME_MS}`,
    )
  reportNucOptions(options, report)
}

function reportNucOptions(
  { tokenFormat, scope, revocable }: SecretVaultMinterOptions,
  report: Report,
): void {
  const isNuc = tokenFormat === 'nuc'
  if (revocable && !isNuc) report('revocable', "needs tokenFormat: 'nuc'; a JWT cannot be revoked")
  if (scope === undefined) return
  if (!isNuc) return report('scope', "needs tokenFormat: 'nuc'; a JWT cannot be limited")
  const words = typeof scope === 'string' ? parseScope(scope) : { fault: 'must be a text' }
  if ('fault' in words) report('scope', words.fault)
}
