import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CURVE_ORDER } from '../../src/minter/curve.ts'
import { parseSigningKey, type SigningKey } from '../../src/minter/signing-key.ts'
import { vectors } from '../vectors/index.ts'

const { privateKeyHex, publicKeyCompressedHex } = vectors.keys.org
const SEC1 = Buffer.from(`302e0201010420${privateKeyHex}a00706052b8104000a`, 'hex')
const keyObject = createPrivateKey({ key: SEC1, format: 'der', type: 'sec1' })
const EC_PARAMETERS = '-----BEGIN EC PARAMETERS-----\nBgUrgQQACg==\n-----END EC PARAMETERS-----\n'
const jwk = keyObject.export({ format: 'jwk' })
const hexOf = (value: bigint) => value.toString(16).padStart(64, '0')

function parsed(input: unknown): SigningKey {
  const key = parseSigningKey(input)
  if ('fault' in key) throw new Error(key.fault)
  return key
}

function faultOf(input: unknown): string {
  const key = parseSigningKey(input)
  return 'fault' in key ? key.fault : 'no fault'
}

describe('parseSigningKey', () => {
  it.each([
    ['64 hexadecimal digits', privateKeyHex],
    ['capitals', privateKeyHex.toUpperCase()],
    ['white space around', ` ${privateKeyHex}\n`],
    ['0x', `0x${privateKeyHex}`],
    [
      'what openssl ecparam prints',
      `${EC_PARAMETERS}${String(keyObject.export({ format: 'pem', type: 'sec1' }))}`,
    ],
    ['SEC1 PEM', keyObject.export({ format: 'pem', type: 'sec1' })],
    ['PKCS8 PEM', keyObject.export({ format: 'pem', type: 'pkcs8' })],
    ['JWK', jwk],
    ['JWK as text', JSON.stringify(jwk)],
    ['JWK without its public part', { kty: 'EC', crv: 'secp256k1', d: jwk.d }],
  ])('reads %s', (_, input) => {
    const publicKey = Buffer.from(parsed(input).publicKey).toString('hex')
    expect(publicKey).toBe(publicKeyCompressedHex)
  })

  it('derives the compressed point with either parity', () => {
    expect(Buffer.from(parsed(hexOf(1n)).publicKey).toString('hex')).toBe(
      '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    )
    expect(Buffer.from(parsed(hexOf(CURVE_ORDER - 1n)).publicKey).toString('hex')).toBe(
      '0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    )
  })

  it.each([
    ['0', hexOf(0n), /outside the range/],
    ['n', hexOf(CURVE_ORDER), /outside the range/],
    ['above n', 'f'.repeat(64), /outside the range/],
    ['0 in a JWK', { ...jwk, d: Buffer.alloc(32).toString('base64url') }, /outside the range/],
    ['odd hex', privateKeyHex.slice(1), /has 63 hexadecimal digits where a key has 64/],
    ['31 bytes', privateKeyHex.slice(2), /has 62 hexadecimal digits/],
    ['33 bytes', `${privateKeyHex}22`, /has 66 hexadecimal digits/],
    ['n+1', hexOf(CURVE_ORDER + 1n), /outside the range/],
    ['0 in a PEM', sec1Pem(hexOf(0n)), /outside the range|cannot be read/],
    ['n in a PEM', sec1Pem(hexOf(CURVE_ORDER)), /outside the range|cannot be read/],
    ['other letters', 'z'.repeat(64), /64 hexadecimal digits/],
    ['a number', 42, /64 hexadecimal digits/],
    ['a PEM of another curve', ecPem('P-256'), /prime256v1; ES256K needs secp256k1/],
    ['a PEM of another kind', edPem(), /ed25519; ES256K needs secp256k1/],
    [
      'a broken PEM',
      '-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----',
      /cannot be read/,
    ],
    ['a JWK of another curve', { ...jwk, crv: 'P-256' }, /another kind/],
    ['a public JWK', { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, /without a private part/],
    ['a JWK with a foreign point', { ...jwk, x: 'A'.repeat(43) }, /"x" does not belong/],
    ['broken JSON', `{ "d": "${jwk.d}"`, /not JSON/],
  ])('refuses %s, and says why without quoting it', (_, input, fault) => {
    expect(faultOf(input)).toMatch(fault)
    expect(faultOf(input)).not.toContain(privateKeyHex.slice(0, 16))
    expect(faultOf(input)).not.toContain(jwk.d?.slice(0, 16))
  })
})

function sec1Pem(scalar: string): string {
  const der = Buffer.from(`302e0201010420${scalar}a00706052b8104000a`, 'hex')
  return `-----BEGIN EC PRIVATE KEY-----\n${der.toString('base64')}\n-----END EC PRIVATE KEY-----`
}

function ecPem(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve })
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

function edPem(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}
