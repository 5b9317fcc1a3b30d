import { describe, expect, it } from 'vitest'
import { didOf, hasChecksum, networkOf } from '../../src/minter/did.ts'
import { vectors } from '../vectors/index.ts'

/** DIDs of nodes that were published. */
const PUBLISHED = [
  'did:nil:testnet:nillion1fnhettvcrsfu8zkd5zms4d820l0ct226c3zy8u',
  'did:nil:testnet:nillion14x47xx85de0rg9dqunsdxg8jh82nvkax3jrl5g',
  'did:nil:testnet:nillion167pglv9k7m4gj05rwj520a46tulkff332vlpjp',
  'did:nil:testnet:nillion1qfrl8nje3nvwh6cryj63mz2y6gsdptvn07nx8v',
  'did:nil:testnet:nillion1uak7fgsp69kzfhdd6lfqv69fnzh3lprg2mp3mx',
  'did:nil:testnet:nillion1kfremrp2mryxrynx66etjl8s7wazxc3rssrugk',
]

describe('didOf', () => {
  it.each(['org', 'node'] as const)(
    'derives the DID of the %s key as the vectors have it',
    (role) => {
      const { publicKeyCompressedHex, didNilTestnet } = vectors.keys[role]
      expect(didOf(Buffer.from(publicKeyCompressedHex, 'hex'), 'testnet')).toBe(didNilTestnet)
    },
  )

  it('names the network it was asked for', () => {
    const publicKey = Buffer.from(vectors.keys.org.publicKeyCompressedHex, 'hex')
    const did = didOf(publicKey, 'mainnet')
    expect(did).toMatch(/^did:nil:mainnet:nillion1/)
    expect(hasChecksum(did)).toBe(true)
  })
})

describe('networkOf', () => {
  it.each([
    ['did:nil:nillion12vfxp232rx0z9rzn0hay9jptagk8c86dg5483c', 'no network'],
    ['did:nil:02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27', 'hex'],
    ['did:key:zQ3shS9i8ufXsDMmNUWAzJDryVeJeQjh2cQNVA6Sc3r9W8wnv', 'did:key'],
    ['did:nil:testnet:nillion12vfxp232rx0z9rzn0hay9jptagk8c86dg5483', 'a character short'],
    ['did:nil:testnet:nillion12vfxp232rx0z9rzn0hay9jptagk8c86dg5483c\n', 'a line break'],
    ['did:nil:testnet:nillion12VFXP232rx0z9rzn0hay9jptagk8c86dg5483c', 'capitals'],
  ])('does not take %j for one of the seed era (%s)', (did) => {
    expect(networkOf(did)).toBeUndefined()
  })
})

describe('hasChecksum', () => {
  it.each(PUBLISHED)('holds for the published node %s', (did) => {
    expect(hasChecksum(did)).toBe(true)
  })

  it('breaks with any one character mistyped', () => {
    const did = vectors.keys.org.didNilTestnet
    const start = 'did:nil:testnet:nillion1'.length
    const typos = Array.from({ length: did.length - start }, (_, i) => {
      const at = start + i
      return `${did.slice(0, at)}${did[at] === 'q' ? 'p' : 'q'}${did.slice(at + 1)}`
    })
    expect(typos).toHaveLength(38)
    expect(typos.filter(hasChecksum)).toEqual([])
  })
})
