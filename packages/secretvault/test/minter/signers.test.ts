import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { arch, platform } from 'node:process'
import { inspect } from 'node:util'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { GroupMinter, MinterNotice } from '@valetkey/broker'
import { describe, expect, it } from 'vitest'
import { type Es256kSigner, secretvault } from '../../src/minter/index.ts'
import { createKeySigner } from '../../src/minter/jws-signer.ts'
import { type SigningEngine, signingEngines } from '../../src/minter/signing-engines.ts'
import { parseSigningKey, type SigningKey } from '../../src/minter/signing-key.ts'
import { vectors } from '../vectors/index.ts'

const { privateKeyHex: secretKey, didNilTestnet: orgDid, ...org } = vectors.keys.org
const did = vectors.keys.node.didNilTestnet
const nodes = [{ url: 'https://node.example', did }]
const key = parseSigningKey(secretKey) as SigningKey
const MESSAGE = Buffer.from('a message')

function requestFor(): Parameters<GroupMinter['mint']>[0] {
  const { signal } = new AbortController()
  return { audience: `records/${did}`, member: did, lifetimeMs: 300_000, signal }
}

function isGood(token: string, publicKey = key.publicKey): boolean {
  const at = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(at + 1), 'base64url')
  return secp256k1.verify(signature, Buffer.from(token.slice(0, at)), publicKey)
}

function noticesOf(minter: GroupMinter): MinterNotice[] {
  const notices: MinterNotice[] = []
  minter.watch?.((notice) => notices.push(notice))()
  return notices
}

describe('the signing engines of this machine', () => {
  // Elsewhere the addon would have to be built.
  const hasAddon = ['linux-x64', 'darwin-arm64', 'win32-x64'].includes(`${platform}-${arch}`)

  it('are all that can be loaded, the fastest first', () => {
    expect(signingEngines().map(({ name }) => name)).toEqual([
      ...(hasAddon ? ['libsecp256k1 (native, secp256k1)'] : []),
      'libsecp256k1 (WebAssembly, tiny-secp256k1)',
      'OpenSSL (node:crypto)',
      'JavaScript (@noble/secp256k1)',
    ])
  })

  it.each(signingEngines())('$name signs 64 bytes that verify', async ({ signerOf }) => {
    const { sign: now, signLater } = signerOf(key.scalar)
    const signatures = [now(MESSAGE), await signLater?.(MESSAGE)].filter((it) => it !== undefined)
    for (const signature of signatures) {
      expect(signature).toHaveLength(64)
      expect(secp256k1.verify(signature, MESSAGE, key.publicKey, { lowS: false })).toBe(true)
    }
  })
})

/** The best engine, spoilt. */
function engineThat(spoil: (scalar: Uint8Array, message: Uint8Array) => Uint8Array): SigningEngine {
  return {
    name: 'spoilt',
    signerOf: (scalar) => ({ sign: (message) => spoil(scalar, message) }),
  }
}

describe('createKeySigner', () => {
  const [best, ...others] = signingEngines()
  const signBy = (scalar: Uint8Array, message: Uint8Array): Uint8Array =>
    best!.signerOf(scalar).sign(message)

  it('takes the first that signs, and names it', () => {
    expect(createKeySigner(key)).toMatchObject({ name: best?.name, publicKey: key.publicKey })
  })

  it.each<[string, SigningEngine]>([
    [
      'throws',
      engineThat(() => {
        throw new Error('no')
      }),
    ],
    ['signs something else', engineThat((scalar) => signBy(scalar, Buffer.from('other')))],
    [
      'signs with one key, whichever it is given',
      engineThat((_, message) => signBy(new Uint8Array(32).fill(0x22), message)),
    ],
    ['gives nothing', engineThat(() => new Uint8Array(0))],
    ['gives zeros', engineThat(() => new Uint8Array(64))],
  ])('passes over one that %s', (_, engine) => {
    const other = parseSigningKey('33'.repeat(32)) as SigningKey
    expect(createKeySigner(other, [engine, ...others]).name).toBe(others[0]?.name)
  })

  it('does without signing rather than with a bad engine', () => {
    expect(() => createKeySigner(key, [engineThat(() => new Uint8Array(64))])).toThrow(/verify/)
  })

  it('is named to the operator when the broker starts', () => {
    const cluster = { orgCredentials: { secretKey, orgDid }, nodes }
    expect(noticesOf(secretvault({ cluster }))).toEqual([
      { kind: 'signer', detail: `ES256K tokens are signed by ${best?.name}` },
    ])
  })
})

const privateKey = createPrivateKey({
  key: Buffer.from(`302e0201010420${secretKey}a00706052b8104000a`, 'hex'),
  format: 'der',
  type: 'sec1',
})
const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
const cluster = { orgCredentials: { orgDid }, nodes }

/** Signs a digest as OpenSSL would a message of that digest: the half of what comes is high. */
const raw = (digest: Uint8Array): Uint8Array =>
  secp256k1.sign(digest, key.scalar, { prehash: false, lowS: false, extraEntropy: true })
const der = (digest: Uint8Array): Uint8Array =>
  secp256k1.Signature.fromBytes(raw(digest)).toBytes('der')

const tokensOf = async (signer: Es256kSigner): Promise<string[]> => {
  const minter = secretvault({ cluster, signer })
  const tokens = await Promise.all(Array.from({ length: 24 }, () => minter.mint(requestFor())))
  return tokens.map(({ value }) => value)
}

describe('a signer whose key is elsewhere', () => {
  it.each<[string, Es256kSigner]>([
    ['64 bytes', { publicKey: key.publicKey, sign: raw }],
    ['DER, and the public key as a KMS gives it', { publicKey: spki, sign: der }],
    [
      'promises, and an uncompressed public key',
      {
        publicKey: Buffer.from(org.publicKeyUncompressedHex, 'hex'),
        sign: async (digest) => der(digest),
      },
    ],
  ])('may give %s; every signature goes out low', async (_, signer) => {
    const tokens = await tokensOf(signer)
    expect(tokens.filter((token) => isGood(token))).toHaveLength(24)
  })

  it('is given the digest and the broker’s signal', async () => {
    const given: unknown[] = []
    const request = requestFor()
    await secretvault({
      cluster,
      signer: {
        publicKey: spki,
        sign(digest, { signal }) {
          given.push(digest.length, signal)
          return raw(digest)
        },
      },
    }).mint(request)
    expect(given).toEqual([32, request.signal])
  })

  it.each<[string, Es256kSigner['sign'], string, RegExp]>([
    [
      'signs with another key',
      (digest) => secp256k1.sign(digest, new Uint8Array(32).fill(9), { prehash: false }),
      'upstream_auth',
      /does not verify/,
    ],
    [
      'hashes once more',
      (digest) => secp256k1.sign(digest, key.scalar),
      'upstream_auth',
      /does not verify/,
    ],
    ['gives no signature', () => new Uint8Array(0), 'upstream_auth', /does not verify/],
    ['gives broken DER', (digest) => der(digest).subarray(1), 'upstream_auth', /does not verify/],
    [
      'gives DER of a number too long',
      () => Uint8Array.of(0x30, 38, 2, 33, ...new Uint8Array(33).fill(1), 2, 1, 1),
      'upstream_auth',
      /does not verify/,
    ],
    [
      'rejects',
      async () => Promise.reject(new Error('throttled')),
      'temporarily_unavailable',
      /did not sign/,
    ],
    [
      'throws',
      () => {
        throw new Error('no network')
      },
      'temporarily_unavailable',
      /did not sign/,
    ],
  ])('that %s gives no token out', async (...[, signBy, code, message]) => {
    const minter = secretvault({
      cluster,
      signer: { publicKey: spki, sign: signBy, name: 'a KMS' },
    })
    const error: unknown = await minter.mint(requestFor()).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(error).toMatchObject({ message: expect.stringMatching(/^a KMS/) })
  })

  it('is tried when the broker starts, and the operator hears of it', async () => {
    const heard = async (signer: Es256kSigner): Promise<MinterNotice> =>
      new Promise((resolve) => {
        secretvault({ cluster, signer }).watch?.(resolve)
      })
    expect(await heard({ publicKey: spki, sign: der, name: 'a KMS' })).toEqual({
      kind: 'signer',
      detail: 'ES256K tokens are signed by a KMS',
    })
    expect(await heard({ publicKey: spki, sign: () => new Uint8Array(64) })).toEqual({
      kind: 'signer-failed',
      detail: expect.stringMatching(/^no ES256K tokens for now: the given signer gave a signature/),
    })
  })

  it.each<[string, object, string, RegExp]>([
    [
      'a key beside it',
      { cluster: { orgCredentials: { secretKey, orgDid }, nodes } },
      'orgCredentials.secretKey',
      /beside the option signer/,
    ],
    [
      'the DID of another key',
      {
        signer: {
          publicKey: Buffer.from(vectors.keys.node.publicKeyCompressedHex, 'hex'),
          sign: raw,
        },
      },
      'orgCredentials.orgDid',
      /does not belong to the key/,
    ],
    ['no public key', { signer: { sign: raw } }, 'signer.publicKey', /33 or 65 bytes/],
    [
      'a public key of P-256',
      { signer: { publicKey: p256(), sign: raw } },
      'signer.publicKey',
      /secp256k1/,
    ],
    ['nothing that signs', { signer: { publicKey: spki } }, 'signer', /sign\(digest\)/],
  ])('with %s stops the start', (...[, options, field, fault]) => {
    const error = (() => {
      try {
        return secretvault({ cluster, signer: { publicKey: spki, sign: raw }, ...options } as never)
      } catch (reason) {
        return reason
      }
    })()
    expect(error).toMatchObject({ faults: [{ field, fault: expect.stringMatching(fault) }] })
    expect(inspect(error)).not.toContain(secretKey)
  })
})

function p256(): Uint8Array {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return publicKey.export({ format: 'der', type: 'spki' })
}
