import { createPrivateKey, createPublicKey, verify } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { createBroker, MintError, type MintRequest } from '@valetkey/broker'
import { describeMinter } from '@valetkey/broker/testing'
import { startSandbox } from '@valetkey/sandbox'
import { createJWT, ES256KSigner, verifyJWT } from 'did-jwt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { secretvault } from '../../src/minter/index.ts'
import { parseSigningKey, type SigningKey } from '../../src/minter/signing-key.ts'
import { jwtVectors, vectors } from '../vectors/index.ts'

const { privateKeyHex: secretKey, didNilTestnet: orgDid } = vectors.keys.org
const did = vectors.keys.node.didNilTestnet
const cluster = {
  orgCredentials: { secretKey, orgDid },
  nodes: [{ url: 'https://node.example', did }],
}
const keyObject = createPrivateKey({
  key: Buffer.from(`302e0201010420${secretKey}a00706052b8104000a`, 'hex'),
  format: 'der',
  type: 'sec1',
})
const key = parseSigningKey(secretKey) as SigningKey
/** Half of all signatures come out high: already few tokens show a slip. */
const TOKENS = process.env.VALETKEY_NIGHTLY ? 10_000 : 100
const NOW = 1_893_456_000_250

function requestFor(member: string, changes: Partial<MintRequest> = {}): MintRequest {
  const { signal } = new AbortController()
  return { audience: `records/${member}`, member, lifetimeMs: 300_000, signal, ...changes }
}

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

/** As nodes do it: the key comes from the account, not from the DID. */
const resolver = {
  resolve: async () => ({
    didDocument: {
      id: orgDid,
      verificationMethod: [
        {
          id: `${orgDid}#1`,
          type: 'EcdsaSecp256k1VerificationKey2019',
          controller: orgDid,
          publicKeyHex: vectors.keys.org.publicKeyCompressedHex,
        },
      ],
      authentication: [`${orgDid}#1`],
      assertionMethod: [`${orgDid}#1`],
    },
    didDocumentMetadata: {},
    didResolutionMetadata: {},
  }),
}

describeMinter({
  describe,
  it,
  name: 'secretvault',
  create: () => secretvault({ cluster }),
  secrets: [secretKey],
})

describe('secretvault', () => {
  it('is one member per node, named by its DID, at its URL', () => {
    const minter = secretvault({ cluster })
    expect(minter.members()).toEqual([{ name: did, resource: 'https://node.example/' }])
    expect(minter.shareable).toBe(true)
  })

  it('keeps tokens from browsers unless told otherwise, and says what they can do', () => {
    expect(secretvault({ cluster }).allowFullAuthority).toBe(false)
    expect(secretvault({ cluster }).fullAuthority).toMatch(/deletes everything/)
    expect(secretvault({ cluster, allowFullAuthority: true }).allowFullAuthority).toBe(true)
  })

  it('signs the claims of the seed document, a random jti beside them, no iat', async () => {
    const minter = secretvault({ cluster, clock: { now: () => NOW } })
    const token = await minter.mint(requestFor(did))
    expect(token).toEqual({
      value: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{86}$/),
      expiresAt: 1_893_456_300_000,
      resource: 'https://node.example/',
      id: claimsOf(token.value).jti,
    })
    expect(claimsOf(token.value)).toEqual({
      iss: orgDid,
      aud: did,
      exp: 1_893_456_300,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(token.value.split('.')[0]).toBe(jwtVectors[0]?.expected.headerBase64url)
  })

  it.each([
    [10_000, NOW, 9_750],
    [10_000, NOW + 749, 9_001],
    [10_000, NOW - 250, 10_000],
    [1_000, NOW, 750],
    [1_000, NOW - 1, 751],
    [7_200_000, NOW, 3_599_750],
  ])(
    'asked for %i ms at %i, gives %i: whole seconds, never longer, never more than an hour',
    async (lifetimeMs, now, life) => {
      const minter = secretvault({ cluster, clock: { now: () => now } })
      const { value, expiresAt } = await minter.mint(requestFor(did, { lifetimeMs }))
      expect(expiresAt - now).toBe(life)
      expect(claimsOf(value).exp).toBe(expiresAt / 1000)
    },
  )

  it.each([0, -1, Number.NaN, 100])(
    'refuses a lifetime of %d ms, which no token can have',
    async (lifetimeMs) => {
      const minter = secretvault({ cluster, clock: { now: () => NOW } })
      await expect(minter.mint(requestFor(did, { lifetimeMs }))).rejects.toBeInstanceOf(MintError)
    },
  )

  it.each([1_999, 3_600_001, Number.NaN, -5])(
    'refuses %d ms as its own lifetime at start-up',
    (lifetimeMs) => {
      expect(() => secretvault({ cluster, lifetimeMs })).toThrow(/lifetimeMs must be a number/)
    },
  )

  it('names all that is wrong with options and file at once, misspelt options too', () => {
    const options = { cluster: { ...cluster, nodes: [] }, lifetimeMs: 1, lifeTime: 2 }
    expect(() => secretvault(options)).toThrow(
      /lifeTime is not an option of secretvault; did you mean lifetimeMs\?\n.*lifetimeMs must be.*nodes must be/s,
    )
  })

  it('refuses a kind of token it does not know', () => {
    const options = { cluster, tokenFormat: 'paseto' as 'jwt' }
    expect(() => secretvault(options)).toThrow(/tokenFormat must be 'jwt'.*'nuc'/)
  })

  it('refuses nodes it does not have, and scopes, which its tokens cannot carry', async () => {
    const minter = secretvault({ cluster })
    const { member: _, ...nameless } = requestFor(did)
    for (const request of [requestFor(orgDid), nameless, requestFor(did, { scope: 'read' })])
      await expect(minter.mint(request)).rejects.toMatchObject({ code: 'invalid_target' })
  })

  it(`verifies with did-jwt, node:crypto and a strict noble, ${TOKENS} of ${TOKENS} tokens`, async () => {
    const minter = secretvault({ cluster })
    const publicKey = createPublicKey(keyObject)
    const tokens = await Promise.all(
      Array.from({ length: TOKENS }, () => minter.mint(requestFor(did))),
    )
    expect(new Set(tokens.map(({ id }) => id)).size).toBe(TOKENS)
    for (const { value } of tokens) {
      const at = value.lastIndexOf('.')
      const input = Buffer.from(value.slice(0, at))
      const signature = Buffer.from(value.slice(at + 1), 'base64url')
      expect(secp256k1.verify(signature, input, key.publicKey)).toBe(true)
      const nodeKey = { key: publicKey, dsaEncoding: 'ieee-p1363' as const }
      expect(verify('sha256', input, nodeKey, signature)).toBe(true)
      const { verified } = await verifyJWT(value, { audience: did, resolver })
      expect(verified).toBe(true)
    }
  }, 600_000)

  it('is accepted by the nodes, beside a token of the seed code and one without iat', async () => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.close())
    const { secretKey, orgDid, nodes } = sandbox.secretvault
    const minter = secretvault({ cluster: sandbox.secretvault })
    const exp = Math.floor(Date.now() / 1000) + 60
    const signer = ES256KSigner(Buffer.from(secretKey, 'hex'))
    for (const { did, url } of nodes) {
      const payload = { iss: orgDid, aud: did, exp }
      // did-jwt adds `iat` unless it is there, if only as undefined, which its types do not know.
      const withoutIat = Object.assign({ iat: undefined as never }, payload)
      const tokens = [
        (await minter.mint(requestFor(did))).value,
        await createJWT(payload, { issuer: orgDid, signer }, { alg: 'ES256K' }),
        await createJWT(withoutIat, { issuer: orgDid, signer }, { alg: 'ES256K' }),
      ]
      for (const token of tokens) {
        const headers = { authorization: `Bearer ${token}` }
        const response = await fetch(`${url}/api/v1/schemas`, { headers })
        expect(response.status).toBe(200)
      }
    }
  })

  it('is refused by a broker for browsers without allowFullAuthority', async () => {
    const broker = (allowFullAuthority: boolean) =>
      createBroker({
        audiences: { records: secretvault({ cluster, allowFullAuthority }) },
        authenticate: () => ({ subject: 'alice', login: 'session' }),
        authorize: () => true,
      })
    expect(() => broker(false)).toThrow(/allowFullAuthority/)
    expect(() => broker(true)).not.toThrow()
  })
})
