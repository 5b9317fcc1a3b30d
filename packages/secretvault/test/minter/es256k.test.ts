import { createPublicKey, verify } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { signJwt } from '../../src/minter/es256k.ts'
import { createKeySigner } from '../../src/minter/jws-signer.ts'
import { parseSigningKey, type SigningKey } from '../../src/minter/signing-key.ts'
import { signingEngines } from '../../src/minter/signing-engines.ts'
import { jwtVectors, vectors } from '../vectors/index.ts'

const key = parseSigningKey(vectors.keys.org.privateKeyHex) as SigningKey
/** Half of OpenSSL's signatures are high: already few show a slip. */
const TOKENS = process.env.VALETKEY_NIGHTLY ? 2_500 : 64
const signers = signingEngines().map((engine) => createKeySigner(key, [engine]))

function splitJwt(token: string): { input: Buffer; signature: Buffer } {
  const at = token.lastIndexOf('.')
  return {
    input: Buffer.from(token.slice(0, at)),
    signature: Buffer.from(token.slice(at + 1), 'base64url'),
  }
}

const publicKey = createPublicKey({
  key: Buffer.from(
    `3056301006072a8648ce3d020106052b8104000a034200${vectors.keys.org.publicKeyUncompressedHex}`,
    'hex',
  ),
  format: 'der',
  type: 'spki',
})

function nodeAccepts(token: string): boolean {
  const { input, signature } = splitJwt(token)
  return verify('sha256', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
}

function strictlyAccepts(token: string): boolean {
  const { input, signature } = splitJwt(token)
  return secp256k1.verify(signature, input, key.publicKey)
}

describe('signJwt', () => {
  it.each(jwtVectors)(
    'writes header and claims byte for byte as vector $id',
    async ({ input, expected }) => {
      const token = await signJwt(input.payload, createKeySigner(key))
      const [header, payload] = token.split('.')
      expect(header).toBe(expected.headerBase64url)
      expect(payload).toBe(expected.payloadBase64url)
    },
  )

  it.each(signers)(
    'gives the low form of the signature, whichever $name made',
    async (signer) => {
      const tokens = await Promise.all(
        Array.from({ length: TOKENS }, async (_, n) => signJwt({ n }, signer)),
      )
      expect(tokens.filter(strictlyAccepts)).toHaveLength(TOKENS)
      expect(tokens.filter(nodeAccepts)).toHaveLength(TOKENS)
    },
    600_000,
  )
})
