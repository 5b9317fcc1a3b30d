import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { compressed, isSignedBy, publicKeyOf, toLowS } from '../../src/minter/curve.ts'
import { jwtVectors, vectors } from '../vectors/index.ts'

const { privateKeyHex, publicKeyCompressedHex, publicKeyUncompressedHex } = vectors.keys.org
const publicKey = Buffer.from(publicKeyCompressedHex, 'hex')

function accepts(token: string, lowS = true): boolean {
  const at = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(at + 1), 'base64url')
  return secp256k1.verify(signature, Buffer.from(token.slice(0, at)), publicKey, { lowS })
}

describe('toLowS', () => {
  it.each(jwtVectors)('leaves the signature of vector $id alone', ({ expected }) => {
    const signature = Buffer.from(expected.signatureHex, 'hex')
    expect(toLowS(signature)).toBe(signature)
    expect(accepts(expected.token)).toBe(true)
  })

  it.each(
    jwtVectors.flatMap(({ expected, variants = [] }) =>
      variants.map((variant) => ({ ...variant, expected })),
    ),
  )('turns a valid high signature ($id) into the low one of the vector', (variant) => {
    expect(accepts(variant.token, false)).toBe(true)
    expect(accepts(variant.token)).toBe(false)
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

describe('public keys', () => {
  it('are derived, and compressed from either form', () => {
    expect(Buffer.from(publicKeyOf(Buffer.from(privateKeyHex, 'hex')))).toEqual(publicKey)
    const point = compressed(Buffer.from(publicKeyUncompressedHex, 'hex'))
    expect(Buffer.from(point ?? [])).toEqual(publicKey)
    expect(compressed(publicKey)).toEqual(new Uint8Array(publicKey))
  })

  it('that are no points are none', () => {
    const off = Buffer.from(publicKeyUncompressedHex, 'hex')
    off[64] = (off[64] ?? 0) ^ 1
    for (const bytes of [off, publicKey.subarray(1), new Uint8Array(33), new Uint8Array(0)])
      expect(compressed(bytes)).toBeUndefined()
  })
})

describe('isSignedBy', () => {
  it('takes low signatures alone, and throws for nothing', () => {
    for (const { expected, variants = [] } of jwtVectors) {
      const message = Buffer.from(`${expected.headerBase64url}.${expected.payloadBase64url}`)
      const low = Buffer.from(expected.signatureHex, 'hex')
      expect(isSignedBy(publicKey, message, low)).toBe(true)
      for (const { signatureBase64url } of variants)
        expect(isSignedBy(publicKey, message, Buffer.from(signatureBase64url, 'base64url'))).toBe(
          false,
        )
      for (const bytes of [low.subarray(1), new Uint8Array(64), new Uint8Array(64).fill(255)])
        expect(isSignedBy(publicKey, message, bytes)).toBe(false)
    }
  })
})
