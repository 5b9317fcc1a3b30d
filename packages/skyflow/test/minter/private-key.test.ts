import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parsePrivateKey } from '../../src/minter/private-key.ts'
import { credentialsFor, rsaPem, secrets } from '../setup.ts'

const { privateKey } = credentialsFor('')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const faultOf = (input: unknown): string => {
  const result = parsePrivateKey(input)
  return 'fault' in result ? result.fault : 'none'
}

describe('parsePrivateKey', () => {
  it.each([
    ['as Skyflow writes it', privateKey],
    ['without the last line break', privateKey.trimEnd()],
    [
      'with line breaks spelled out, as in environment variables',
      privateKey.replaceAll('\n', '\\n'),
    ],
    ['with line breaks of Windows', privateKey.replaceAll('\n', '\r\n')],
    ['of 3072 bits', rsaPem(3072)],
  ])('reads a key %s, and Web Crypto takes it', async (_, text) => {
    const der = parsePrivateKey(text)
    if ('fault' in der) throw new Error(der.fault)
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
    expect(key.type).toBe('private')
  })

  it.each([
    ['a key of 2040 bits', rsaPem(2040), /2040 bits; RS256 needs 2048/],
    ['a key of 1024 bits', rsaPem(1024), /1024 bits; RS256 needs 2048/],
    ['PKCS#1', rsa.export({ type: 'pkcs1', format: 'pem' }), /openssl pkcs8 -topk8/],
    [
      'an encrypted key',
      rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }),
      /is encrypted/,
    ],
    ['an EC key', ec.export({ type: 'pkcs8', format: 'pem' }), /not an RSA key in PKCS#8/],
    ['an RSA-PSS key', pss.export({ type: 'pkcs8', format: 'pem' }), /not an RSA key in PKCS#8/],
    [
      'a public key',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      /no private key/,
    ],
    ['a PEM cut off', privateKey.slice(0, 400), /is not a PEM/],
    [
      'a body cut off',
      privateKey.replace(/(\w{40}\n){3}/, '').replace(/\n[^\n]{64}\n/, '\n'),
      /cut off/,
    ],
    [
      'a body that is no base64',
      '-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----',
      /cut off/,
    ],
    ['an empty text', '', /is not a PEM/],
    ['no text', 7, /must be a text/],
  ])('refuses %s and names the mend', (_, input, fault) => {
    expect(faultOf(input)).toMatch(fault)
  })

  it('quotes nothing of what it refuses', () => {
    for (const length of [10, 100, 400, 900, 1600])
      for (const secret of secrets)
        expect(faultOf(privateKey.slice(0, length))).not.toContain(secret.slice(0, 20))
  })
})
