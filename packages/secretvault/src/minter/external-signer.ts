/** Tokens signed by a key that is elsewhere: in a KMS, an HSM, a wallet. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { MintError } from '@valetkey/broker'
import { compressed, isSignedBy, toLowS } from './curve.ts'
import type { Es256kSigner, JwsSigner } from './signers.ts'

const MESSAGE = new TextEncoder().encode('valetkey: does this signer sign?')
const UNFIT =
  'gave a signature that does not verify under its publicKey; check that it is secp256k1, signs the digest it is given, and that publicKey is of the same key and version'

/** Every signature is verified before a token with it goes out; `undefined` if the public key is none. */
export function createExternalSigner(signer: Es256kSigner): JwsSigner | undefined {
  const publicKey = publicKeyIn(signer.publicKey)
  if (!publicKey) return undefined
  const name = signer.name ?? 'the given signer'

  async function sign(message: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    const given = await signed(signer, sha256(message), signal).catch((cause: unknown) => {
      if (cause instanceof MintError) throw cause
      throw new MintError('temporarily_unavailable', `${name} did not sign`, { cause })
    })
    const raw = rawSignature(given)
    const signature = raw && toLowS(raw)
    if (signature && publicKey && isSignedBy(publicKey, message, signature)) return signature
    throw new MintError('upstream_auth', `${name} ${UNFIT}`)
  }

  return {
    name,
    publicKey,
    sign,
    async check() {
      await sign(MESSAGE)
    },
  }
}

/** A signer that throws at once is caught like one that rejects. */
async function signed(
  signer: Es256kSigner,
  digest: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  return signer.sign(digest, signal ? { signal } : {})
}

/** 1.3.132.0.10, secp256k1 (SEC 2, section 2.4.1), as it stands in a SubjectPublicKeyInfo. */
const CURVE_OID = '06052b8104000a'

function publicKeyIn(given: unknown): Uint8Array | undefined {
  if (!(given instanceof Uint8Array)) return undefined
  if (given.length === 33 || given.length === 65) return compressed(given)
  if (!bytesToHex(given).includes(CURVE_OID)) return undefined
  return compressed(given.subarray(-65)) ?? compressed(given.subarray(-33))
}

/** Of 64 bytes, or of the DER of ECDSA-Sig-Value (RFC 3279, section 2.2.3). */
function rawSignature(given: Uint8Array): Uint8Array | undefined {
  if (given.length === 64) return given
  const [tag, length, ...content] = given
  if (tag !== 0x30 || length !== content.length) return undefined
  const r = integerOf(content)
  const s = r && integerOf(content.slice(2 + (content[1] ?? 0)))
  return r && s && Uint8Array.of(...r, ...s)
}

/** 32 bytes of the DER integer at the start. */
function integerOf([tag, length = 0, ...content]: readonly number[]): number[] | undefined {
  if (tag !== 0x02 || length > content.length) return undefined
  const digits = content.slice(0, length)
  const first = digits.findIndex((byte) => byte !== 0)
  const significant = first === -1 ? [] : digits.slice(first)
  if (significant.length > 32) return undefined
  return [...Array.from({ length: 32 - significant.length }, () => 0), ...significant]
}
