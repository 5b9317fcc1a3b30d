/** What can sign on this machine, the fastest first: libsecp256k1, its WebAssembly build, OpenSSL, JavaScript. */
import type { KeyObject } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import { signInJavaScript } from './curve.ts'

const openssl = globalThis.process?.getBuiltinModule?.('node:crypto')

/** Signs messages with one key: 64 bytes, r then s, where s may be high. */
export interface KeySigner {
  readonly sign: (message: Uint8Array) => Uint8Array
  /** The same off the event loop, where the platform can. */
  readonly signLater?: (message: Uint8Array) => Promise<Uint8Array>
}

export interface SigningEngine {
  /** For a log. */
  readonly name: string
  readonly signerOf: (scalar: Uint8Array) => KeySigner
}

/** All that can be loaded here. The last is always there. */
export function signingEngines(): SigningEngine[] {
  const loaded = [nativeEngine(), wasmEngine(), opensslEngine()]
  return [...loaded.filter((engine) => engine !== undefined), JAVASCRIPT]
}

/** Twice as fast where OpenSSL does it. */
function digestOf(message: Uint8Array): Uint8Array {
  return openssl?.hash?.('sha256', message, 'buffer') ?? sha256(message)
}

const JAVASCRIPT: SigningEngine = {
  name: 'JavaScript (@noble/secp256k1)',
  signerOf: (scalar) => ({ sign: (message) => signInJavaScript(scalar, message) }),
}

interface Libsecp256k1 {
  ecdsaSign(digest: Uint8Array, key: Uint8Array): { signature: Uint8Array }
}

function nativeEngine(): SigningEngine | undefined {
  // Its bindings and not its index, which falls back to slow JavaScript in silence.
  const library = required<Libsecp256k1>('secp256k1/bindings.js')
  return (
    library && {
      name: 'libsecp256k1 (native, secp256k1)',
      signerOf: (scalar) => ({
        sign: (message) => library.ecdsaSign(digestOf(message), scalar).signature,
      }),
    }
  )
}

interface TinySecp256k1 {
  sign(digest: Uint8Array, key: Uint8Array): Uint8Array
}

function wasmEngine(): SigningEngine | undefined {
  const library = required<TinySecp256k1>('tiny-secp256k1')
  return (
    library && {
      name: 'libsecp256k1 (WebAssembly, tiny-secp256k1)',
      signerOf: (scalar) => ({ sign: (message) => library.sign(digestOf(message), scalar) }),
    }
  )
}

/** SEC1 DER of a key that holds a bare scalar: OpenSSL derives the public point itself. */
const SEC1_HEAD = [0x30, 0x2e, 2, 1, 1, 4, 0x20]
const SEC1_TAIL = [0xa0, 7, 6, 5, 0x2b, 0x81, 4, 0, 0x0a]

function opensslEngine(): SigningEngine | undefined {
  if (!openssl) return undefined
  const { createPrivateKey, sign } = openssl
  const keyOf = (scalar: Uint8Array): KeyObject =>
    createPrivateKey({
      key: Buffer.from([...SEC1_HEAD, ...scalar, ...SEC1_TAIL]),
      format: 'der',
      type: 'sec1',
    })
  return {
    name: 'OpenSSL (node:crypto)',
    signerOf(scalar) {
      const options = { key: keyOf(scalar), dsaEncoding: 'ieee-p1363' as const }
      return {
        sign: (message) => sign('sha256', message, options),
        signLater: (message) =>
          new Promise((resolve, reject) => {
            sign('sha256', message, options, (error, signature) => {
              if (error) reject(error)
              else resolve(signature)
            })
          }),
      }
    },
  }
}

/** A package that may not be installed, or not be built for this machine. */
function required<T>(name: string): T | undefined {
  try {
    const module = globalThis.process?.getBuiltinModule?.('node:module')
    return module?.createRequire(import.meta.url)(name) as T | undefined
  } catch {
    return undefined
  }
}
