import { createPublicKey, verify } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { signJwt, toLowS } from '../../src/minter/es256k.ts'
import { parseSigningKey, type SigningKey } from '../../src/minter/signing-key.ts'
import { jwtVectors, vectors } from '../vectors/index.ts'

const key = parseSigningKey(vectors.keys.org.privateKeyHex) as SigningKey

function splitJwt(token: string): { input: Buffer; signature: Buffer } {
  const at = token.lastIndexOf('.')
  return {
    input: Buffer.from(token.slice(0, at)),
    signature: Buffer.from(token.slice(at + 1), 'base64url'),
  }
}

function nodeAccepts(token: string): boolean {
  const { input, signature } = splitJwt(token)
  const publicKey = createPublicKey(key.privateKey)
  return verify('sha256', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
}

function strictlyAccepts(token: string): boolean {
  const { input, signature } = splitJwt(token)
  return secp256k1.verify(signature, input, key.publicKey)
}

describe('signJwt', () => {
  it.each(jwtVectors)(
    'writes header and claims byte for byte as vector $id',
    ({ input, expected }) => {
      const [header, payload] = signJwt(input.payload, key).split('.')
      expect(header).toBe(expected.headerBase64url)
      expect(payload).toBe(expected.payloadBase64url)
    },
  )

  it('gives the low form of the signature, whichever OpenSSL made', () => {
    const tokens = Array.from({ length: 64 }, (_, n) => signJwt({ n }, key))
    expect(tokens.filter(strictlyAccepts)).toHaveLength(64)
    expect(tokens.filter(nodeAccepts)).toHaveLength(64)
  })
})

describe('toLowS', () => {
  it.each(jwtVectors)('leaves the signature of vector $id alone', ({ expected }) => {
    const signature = Buffer.from(expected.signatureHex, 'hex')
    expect(toLowS(signature)).toBe(signature)
    expect(strictlyAccepts(expected.token)).toBe(true)
    expect(nodeAccepts(expected.token)).toBe(true)
  })

  it.each(
    jwtVectors.flatMap(({ expected, variants = [] }) =>
      variants.map((variant) => ({ ...variant, expected })),
    ),
  )('turns a valid high signature ($id) into the low one of the vector', (variant) => {
    expect(nodeAccepts(variant.token)).toBe(true)
    expect(strictlyAccepts(variant.token)).toBe(false)
    const low = toLowS(Buffer.from(variant.signatureBase64url, 'base64url'))
    expect(Buffer.from(low).toString('hex')).toBe(variant.expected.signatureHex)
  })

  it('keeps 32 bytes where the low s begins with zeros', () => {
    const high = Buffer.from(
      `${'11'.repeat(32)}fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140`,
      'hex',
    )
    expect(Buffer.from(toLowS(high)).toString('hex')).toBe(`${'11'.repeat(32)}${'00'.repeat(31)}01`)
  })
})
