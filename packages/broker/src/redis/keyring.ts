/** Encrypts what is kept in Redis, and hashes its names: nothing there is to be read without the keys. */
import { Buffer } from 'node:buffer'

export interface Keyring {
  /** Encrypts with the first key. What `place` says must be said again to decrypt. */
  seal(text: string, place: string): Promise<string>
  /** `undefined` for what none of the keys has written in this place. */
  open(sealed: string, place: string): Promise<string | undefined>
  /** A name that says nothing, by the first key. */
  name(text: string): Promise<string>
  /** The names that holders of any of the keys may use, the first key's first. */
  names(text: string): Promise<readonly string[]>
}

interface RingKey {
  id: string
  values: CryptoKey
  names: CryptoKey
}

const VERSION = '1'
const IV_BYTES = 12
const MOST_NAMES = 20_000
const utf8 = new TextEncoder()

/** The bytes of a key as people write them: 32 bytes in base64, base64url or hex. */
export function keyBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  const isHex = /^[0-9a-f]{64}$/i.test(text)
  if (!isHex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64')
  return bytes.byteLength === 32 ? new Uint8Array(bytes) : undefined
}

/** The first key encrypts, all decrypt. */
export function createKeyring(keys: readonly Uint8Array<ArrayBuffer>[]): Keyring {
  const ring = Promise.all(keys.map(deriveKeys))
  const known = new Map<string, readonly string[]>()

  async function names(text: string): Promise<readonly string[]> {
    const found = known.get(text)
    if (found) return found
    const made = await Promise.all((await ring).map(async (key) => hmac(key.names, text)))
    if (known.size >= MOST_NAMES) known.clear()
    known.set(text, made)
    return made
  }

  return {
    names,
    async name(text) {
      const [first = ''] = await names(text)
      return first
    },
    async seal(text, place) {
      const [key] = await ring
      if (!key) throw new Error('the keyring is empty')
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const cipher = { name: 'AES-GCM', iv, additionalData: aad(key, place) }
      const sealed = await crypto.subtle.encrypt(cipher, key.values, utf8.encode(text))
      const bytes = Buffer.concat([iv, new Uint8Array(sealed)])
      return `${VERSION}.${key.id}.${bytes.toString('base64url')}`
    },
    async open(sealed, place) {
      const [version, id, text = '', ...more] = sealed.split('.')
      const key = (await ring).find((one) => one.id === id)
      const bytes = Buffer.from(text, 'base64url')
      // Two spellings of the same bytes would be one that nobody wrote.
      const isExact = bytes.toString('base64url') === text && more.length === 0
      if (version !== VERSION || !key || !isExact || bytes.byteLength <= IV_BYTES) return undefined
      const iv = new Uint8Array(bytes.subarray(0, IV_BYTES))
      const cipher = { name: 'AES-GCM', iv, additionalData: aad(key, place) }
      try {
        const plain = await crypto.subtle.decrypt(
          cipher,
          key.values,
          new Uint8Array(bytes.subarray(IV_BYTES)),
        )
        return new TextDecoder('utf-8', { fatal: true }).decode(plain)
      } catch {
        return undefined
      }
    },
  }
}

function aad({ id }: RingKey, place: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(JSON.stringify(['valetkey', VERSION, id, place]))
}

/** Keys for one purpose each; the id says which of the ring it is and nothing else. */
async function deriveKeys(bytes: Uint8Array<ArrayBuffer>): Promise<RingKey> {
  const secret = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, [
    'deriveBits',
    'deriveKey',
  ])
  const hkdf = (purpose: string): HkdfParams => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: utf8.encode(`valetkey cache ${VERSION} ${purpose}`),
  })
  const [id, values, names] = await Promise.all([
    crypto.subtle.deriveBits(hkdf('id'), secret, 48),
    crypto.subtle.deriveKey(hkdf('values'), secret, { name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]),
    crypto.subtle.deriveKey(
      hkdf('names'),
      secret,
      { name: 'HMAC', hash: 'SHA-256', length: 256 },
      false,
      ['sign'],
    ),
  ])
  return { id: Buffer.from(id).toString('base64url'), values, names }
}

async function hmac(key: CryptoKey, text: string): Promise<string> {
  const digest = await crypto.subtle.sign('HMAC', key, utf8.encode(text))
  return Buffer.from(digest).toString('base64url')
}
