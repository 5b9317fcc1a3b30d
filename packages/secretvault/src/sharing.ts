/** Splits secret fields into shares and joins them again, with blindfold, which is loaded at first need. */
import type { ClusterKey } from '@nillion/blindfold'
import { VaultError } from './vault-error.ts'

type Blindfold = typeof import('@nillion/blindfold')

const MARK = '%allot'
const SHARE = '%share'
const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1
/** blindfold's limit of 4096 bytes, less the one that says the type. */
const MAX_TEXT_BYTES = 4095
const BASE64 = /^[A-Za-z0-9+/]{2,}={0,2}$/
/** Nine bytes: the type and 64 bits. */
const INTEGER_SHARE = /^[A-Za-z0-9+/]{12}$/

/** What shares hid. Boxed, so that no content can be taken for a failure to open. */
export interface Opened {
  readonly value: string | number | bigint | Uint8Array
}

export interface Sharing {
  /**
   * A copy of `value` for each of `size` nodes: every `{ '%allot': x }` in it becomes another share on
   * each node, all else is the same on all.
   *
   * @throws {VaultError} `invalid_argument`, naming the path of what cannot be shared or stored.
   */
  split(value: unknown, size: number): Promise<readonly unknown[]>
  /** What the shares hide, or `undefined` if they do not belong together. */
  open(shares: readonly unknown[]): Promise<Opened | undefined>
}

/** Creates the splitter. Nothing is loaded until a secret is met. */
export function createSharing(): Sharing {
  let loading: Promise<Blindfold> | undefined
  const keys = new Map<number, Promise<ClusterKey>>()

  function blindfold(): Promise<Blindfold> {
    loading ??= loadBlindfold().catch((cause: unknown) => {
      loading = undefined
      throw new VaultError('sharing_unavailable', 'Secret sharing could not be loaded', { cause })
    })
    return loading
  }

  // A cluster key holds no secret; only the number of nodes counts.
  function keyFor(size: number, { ClusterKey }: Blindfold): Promise<ClusterKey> {
    const nodes = Array.from({ length: size }, () => ({}))
    const key = keys.get(size) ?? ClusterKey.generate({ nodes }, { store: true })
    keys.set(size, key)
    return key
  }

  return {
    async split(value, size) {
      const secrets: SecretMark[] = []
      const json = toJson(value, '', secrets)
      if (secrets.length === 0) return Array.from({ length: size }, () => json)
      if (size < 2) throw invalid('A secret needs at least two nodes to be shared among')
      const library = await blindfold()
      const key = await keyFor(size, library)
      await Promise.all(
        secrets.map(async (secret) => {
          secret[MARK] = await library.encrypt(key, secret[MARK] as string | number)
        }),
      )
      return library.allot(json as object)
    },
    async open(shares) {
      const texts = shares.filter((share) => typeof share === 'string')
      if (texts.length !== shares.length || !belongTogether(texts)) return undefined
      const library = await blindfold()
      const value = await library.decrypt(await keyFor(texts.length, library), texts)
      return { value: typeof value === 'bigint' ? smallest(value) : value }
    },
  }
}

/** True for what a node holds in place of a secret. */
export function isShare(value: unknown): value is { [SHARE]: unknown } {
  return typeof value === 'object' && value !== null && SHARE in value
}

async function loadBlindfold(): Promise<Blindfold> {
  // blindfold reads the global that only Node has. The slash asks bundlers for the package, not for Node's.
  if (!('Buffer' in globalThis)) {
    const { Buffer } = await import('buffer/')
    Object.defineProperty(globalThis, 'Buffer', {
      value: Buffer,
      configurable: true,
      writable: true,
    })
  }
  return import('@nillion/blindfold')
}

interface SecretMark {
  [MARK]: unknown
}

/** A copy as JSON would make it, its secrets checked and collected in place. */
function toJson(value: unknown, path: string, secrets: SecretMark[]): unknown {
  if (typeof value === 'bigint') throw invalid(`${at(path)} is a bigint, which JSON cannot hold`)
  if (typeof value !== 'object' || value === null) return value
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return toJson(value.toJSON(), path, secrets)
  if (Array.isArray(value))
    return value.map((item, i) => toJson(item ?? null, `${path}[${i}]`, secrets))
  if (SHARE in value) throw invalid(`${at(path)} holds ${SHARE}; mark secrets with ${MARK} instead`)
  if (MARK in value) return toSecret(value, path, secrets)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && typeof item !== 'function')
      .map(([key, item]) => [key, toJson(item, path ? `${path}.${key}` : key, secrets)]),
  )
}

function toSecret(value: { [MARK]: unknown }, path: string, secrets: SecretMark[]): SecretMark {
  const plaintext = value[MARK]
  const fault = Object.keys(value).length > 1 ? 'has fields beside it' : faultOf(plaintext)
  if (fault) throw invalid(`The ${MARK} of ${at(path)} ${fault}`)
  const mark = { [MARK]: plaintext }
  secrets.push(mark)
  return mark
}

function faultOf(plaintext: unknown): string | undefined {
  if (typeof plaintext === 'string')
    return new TextEncoder().encode(plaintext).length > MAX_TEXT_BYTES
      ? `is longer than ${MAX_TEXT_BYTES} bytes`
      : undefined
  if (typeof plaintext !== 'number') return 'is neither text nor number'
  const fits = Number.isInteger(plaintext) && plaintext >= INT32_MIN && plaintext <= INT32_MAX
  return fits ? undefined : `is not a whole number from ${INT32_MIN} to ${INT32_MAX}`
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

const at = (path: string): string => (path === '' ? 'The value' : path)

function invalid(message: string): VaultError {
  return new VaultError('invalid_argument', message)
}
