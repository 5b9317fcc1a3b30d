import { hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { createSecretKey, identityOf, isDidOfKey } from '../../src/secretvault/identity.ts'
import es256k from '../vectors/es256k.json' with { type: 'json' }

describe.each(Object.entries(es256k.keys))('the %s key of the test vectors', (_role, key) => {
  it('gives the public key and the DID that the vectors name', () => {
    expect(identityOf(hexToBytes(key.privateKeyHex))).toEqual({
      didKey: key.didKey,
      secretKey: key.privateKeyHex,
      publicKey: key.publicKeyCompressedHex,
      didNil: key.didNilTestnet,
    })
  })

  it('owns its DID on either network, no other', () => {
    const mainnet = key.didNilTestnet.replace('testnet', 'mainnet')
    expect(isDidOfKey(key.didNilTestnet, key.publicKeyCompressedHex)).toBe(true)
    expect(isDidOfKey(mainnet, key.publicKeyCompressedHex)).toBe(true)
    expect(
      isDidOfKey(key.didNilTestnet.replace('nillion1', 'nillion1q'), key.publicKeyCompressedHex),
    ).toBe(false)
    expect(isDidOfKey('nonsense', key.publicKeyCompressedHex)).toBe(false)
  })
})

describe('createSecretKey', () => {
  it('is another key every time without a seed', () => {
    expect(createSecretKey(undefined, 'node 1')).not.toEqual(createSecretKey(undefined, 'node 1'))
  })

  it('is the same key for the same seed and role, another for another role', () => {
    expect(createSecretKey('a', 'node 1')).toEqual(createSecretKey('a', 'node 1'))
    expect(createSecretKey('a', 'node 1')).not.toEqual(createSecretKey('a', 'node 2'))
    expect(createSecretKey('a', 'node 1')).not.toEqual(createSecretKey('b', 'node 1'))
  })
})
