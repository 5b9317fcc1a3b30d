/** Signers of tokens: every signature low, every engine tried before it is trusted. */
import { hexToBytes } from '@noble/hashes/utils.js'
import { isSignedBy, toLowS } from './curve.ts'
import type { JwsSigner } from './signers.ts'
import { type SigningEngine, signingEngines } from './signing-engines.ts'
import type { SigningKey } from './signing-key.ts'

const MESSAGE = new TextEncoder().encode('valetkey: does this signer sign?')
/** A dummy key, and the key that the curve gives for it. */
const VECTOR_SCALAR = new Uint8Array(32).fill(0x22)
const VECTOR_PUBLIC_KEY = hexToBytes(
  '02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27',
)

/**
 * The fastest engine of this machine that signs well: under a vector's key, which is known, and under this
 * one. `engines` is for tests.
 */
export function createKeySigner(
  key: SigningKey,
  engines: readonly SigningEngine[] = signingEngines(),
): JwsSigner {
  const engine = engines.find((candidate) => isFit(candidate, key))
  if (!engine) throw new Error('no signer of this machine gives signatures that verify')
  const { sign, signLater } = engine.signerOf(key.scalar)
  return {
    name: engine.name,
    publicKey: key.publicKey,
    sign: (message) =>
      signLater ? signLater(message).then((signature) => toLowS(signature)) : toLowS(sign(message)),
  }
}

function isFit(engine: SigningEngine, key: SigningKey): boolean {
  const vector = { scalar: VECTOR_SCALAR, publicKey: VECTOR_PUBLIC_KEY }
  try {
    return [vector, key].every(({ scalar, publicKey }) =>
      isSignedBy(publicKey, MESSAGE, toLowS(engine.signerOf(scalar).sign(MESSAGE))),
    )
  } catch {
    return false
  }
}
