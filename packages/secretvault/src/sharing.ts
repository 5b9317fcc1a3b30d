/** Splits secret fields into shares and joins them again. */
import { type Blindfold, createBlindfold, type MatchSeed } from './blindfold.ts'
import { checkSecret, findSecrets, MARK, SHARE } from './secret-paths.ts'
import type { SecretModes } from './types.ts'
import { VaultError } from './vault-error.ts'

const BASE64 = /^[A-Za-z0-9+/]{2,}={0,2}$/
/** Nine bytes: the type and 64 bits. */
const INTEGER_SHARE = /^[A-Za-z0-9+/]{12}$/
/** A SHA-512. */
const HASH = /^[A-Za-z0-9+/]{86}==$/

/** What shares hid, `undefined` where nobody can tell. Boxed, so that no content can be taken for a failure to open. */
export interface Opened {
  readonly value: string | number | bigint | Uint8Array | undefined
}

export interface Sharing {
  /**
   * A copy of `value` for each of `size` nodes: every `{ '%allot': x }` in it becomes another share on
   * each node, and so does what `modes` declares secret; all else is the same on all.
   *
   * @throws {VaultError} `invalid_argument`, naming the path of what cannot be shared or stored.
   */
  split(value: unknown, size: number, modes?: SecretModes): Promise<readonly unknown[]>
  /** What the shares hide, or `undefined` if they do not belong together. */
  open(shares: readonly unknown[]): Promise<Opened | undefined>
  /** Begins to load what opens secrets, for when they arrive. A failure is told to who opens one. */
  load(): void
  /** What every node holds of a secret shared as `match`. */
  hash(value: unknown, path: string): Promise<string>
}

/** Creates the splitter. Nothing is loaded until a secret is met, or expected. */
export function createSharing(matchSeed?: MatchSeed): Sharing {
  const blindfold = createBlindfold(matchSeed)
  return {
    async split(value, size, modes = {}) {
      const { json, secrets } = findSecrets(value, modes)
      if (secrets.length === 0) return Array.from({ length: size }, () => json)
      if (size < 2) throw invalid('A secret needs at least two nodes to be shared among')
      const { allot, encrypt } = await blindfold.library()
      await Promise.all(
        secrets.map(async ({ mark, mode }) => {
          const key = await blindfold.keyFor(size, mode)
          mark[MARK] = await encrypt(key, mark[MARK] as string | number)
        }),
      )
      return allot(json as object)
    },
    async open(shares) {
      if (isHash(shares)) return { value: undefined }
      const numbers = shares.filter((share) => Number.isSafeInteger(share) && Number(share) >= 0)
      if (numbers.length === shares.length && numbers.length > 1)
        return openWith(blindfold, numbers as number[], 'sum')
      const texts = shares.filter((share) => typeof share === 'string')
      if (texts.length !== shares.length || !belongTogether(texts)) return undefined
      return openWith(blindfold, texts, 'store')
    },
    load() {
      blindfold.library().catch(() => {})
    },
    async hash(value, path) {
      const { encrypt } = await blindfold.library()
      // The hash hangs on the seed alone, not on the number of nodes.
      const key = await blindfold.keyFor(2, 'match')
      const hash = await encrypt(key, checkSecret(value, path, 'match'))
      return String(Array.isArray(hash) ? hash[0] : hash)
    },
  }
}

/** True for what a node holds in place of a secret. */
export function isShare(value: unknown): value is { [SHARE]: unknown } {
  return typeof value === 'object' && value !== null && SHARE in value
}

async function openWith(
  blindfold: Blindfold,
  shares: string[] | number[],
  mode: 'store' | 'sum',
): Promise<Opened> {
  const { decrypt } = await blindfold.library()
  const value = await decrypt(await blindfold.keyFor(shares.length, mode), shares)
  return { value: typeof value === 'bigint' ? smallest(value) : value }
}

/** A hash is the same on all nodes; shares of one secret that are alike would join to zeros, which is no text. */
export function isHash(shares: readonly unknown[]): boolean {
  const [first] = shares
  return typeof first === 'string' && HASH.test(first) && shares.every((share) => share === first)
}

/**
 * Shares of different writes join to garbage, not to an error: XOR has no check. The first byte joined
 * says the type (0 integer, 1 text, 2 bytes), and all shares of a value have one length.
 */
function belongTogether(shares: readonly string[]): boolean {
  const [first = ''] = shares
  if (shares.length < 2 || !shares.every((s) => s.length === first.length && BASE64.test(s)))
    return false
  const type = shares.reduce((sum, share) => sum ^ atob(share.slice(0, 4)).charCodeAt(0), 0)
  return type === 0 ? INTEGER_SHARE.test(first) : type <= 2
}

function smallest(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function invalid(message: string): VaultError {
  return new VaultError('invalid_argument', message)
}
