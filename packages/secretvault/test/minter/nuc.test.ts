import { secp256k1 } from '@noble/curves/secp256k1.js'
import { Validator } from '@nillion/nuc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capabilityOf } from '../../src/minter/capability.ts'
import { createKeySigner } from '../../src/minter/jws-signer.ts'
import { nucHashOf, signNuc } from '../../src/minter/nuc.ts'
import { parseScope, type ScopeWord } from '../../src/minter/scope-words.ts'
import { parseSigningKey, type SigningKey } from '../../src/minter/signing-key.ts'
import { type Vector, vectors } from '../vectors/index.ts'

const { org, node } = vectors.keys
const key = parseSigningKey(org.privateKeyHex) as SigningKey
const signer = createKeySigner(key)
const COLLECTION = '5b3f7c1e-0d0a-4c3f-9f39-6c1d5e0a7b21'
/** Half of all signatures come out high: already few tokens show a slip. */
const TOKENS = process.env.VALETKEY_NIGHTLY ? 10_000 : 25
const NOW = 1_893_456_000_000
const exp = NOW / 1_000 + 60

const capability = (scope: string) => {
  const found = capabilityOf(parseScope(scope) as readonly ScopeWord[])
  if ('fault' in found) throw new Error(found.fault)
  return found
}
const limited = () =>
  signNuc({ signer, audience: node.didKey, capability: capability(`data:read:${COLLECTION}`), exp })

function partsOf(segment: string): [header: unknown, payload: Record<string, unknown>] {
  const [header, payload] = segment
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  return [header, payload]
}

function validate(token: string, request: object, now: number = NOW) {
  return Validator.parse(token, {
    rootIssuers: [org.didKey],
    params: { tokenRequirements: { type: 'invocation', audience: node.didKey } },
    context: { ...request },
    timeProvider: () => now,
  })
}

const find = (collection: string) => ({
  req: { path: '/v1/data/find' },
  payload: { body: { collection, filter: {} }, query: {}, param: {} },
})

describe('a NUC', () => {
  it('is the vector, byte for byte', async () => {
    const vector = vectors.vectors.find(({ format }) => format === 'nuc') as Vector
    const { cmd, exp, nonce } = vector.input.payload as { cmd: string; exp: number; nonce: string }
    const facts = { signer, audience: node.didKey, capability: { command: cmd }, exp, nonce }
    expect(await signNuc(facts)).toBe(vector.expected.token)
  })

  it('holds no claim but those that nodes know, and a nonce of its own', async () => {
    const mint = () =>
      signNuc({ signer, audience: node.didKey, capability: capability('data'), exp })
    const [header, payload] = partsOf(await mint())
    expect(header).toEqual({ typ: 'nuc', alg: 'ES256K', ver: '1.0.0' })
    expect(payload).toEqual({
      iss: org.didKey,
      aud: node.didKey,
      sub: org.didKey,
      cmd: '/nil/db/data',
      args: {},
      exp,
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
      prf: [],
    })
    expect(partsOf(await mint())[1].nonce).not.toBe(payload.nonce)
  })

  it('of one collection carries a delegation to the builder itself, which ends no later', async () => {
    const [invocation = '', delegation = '', ...others] = (await limited()).split('/')
    expect(others).toEqual([])
    const [, proof] = partsOf(delegation)
    expect(proof).toMatchObject({ iss: org.didKey, aud: org.didKey, sub: org.didKey, exp, prf: [] })
    expect(partsOf(invocation)[1]).toMatchObject({ exp, prf: [nucHashOf(delegation)] })
    expect(proof).not.toHaveProperty('args')
  })

  it('passes the vendor’s validator for its collection, to the second of its end', async () => {
    const token = await limited()
    await validate(token, find(COLLECTION))
    await validate(token, find(COLLECTION), exp * 1_000 - 1)
    await expect(validate(token, find(COLLECTION), exp * 1_000)).rejects.toThrow(/expired/)
    await expect(validate(token, find(crypto.randomUUID()))).rejects.toThrow(/policy not met/)
    await expect(validate(token, {})).rejects.toThrow(/policy not met/)
  })

  it('without its delegation is refused, and so is the delegation alone', async () => {
    const [invocation = '', delegation = ''] = (await limited()).split('/')
    await expect(validate(invocation, find(COLLECTION))).rejects.toThrow(/proof is missing/)
    await expect(validate(delegation, find(COLLECTION))).rejects.toThrow(/must be an invocation/)
  })

  it(`is signed low, each segment, and good for a strict noble and the validator, ${TOKENS} of ${TOKENS}`, async () => {
    const tokens = await Promise.all(Array.from({ length: TOKENS }, limited))
    for (const token of tokens) {
      for (const segment of token.split('/')) {
        const at = segment.lastIndexOf('.')
        const signature = Buffer.from(segment.slice(at + 1), 'base64url')
        const input = Buffer.from(segment.slice(0, at))
        expect(secp256k1.verify(signature, input, key.publicKey)).toBe(true)
      }
      await validate(token, find(COLLECTION))
    }
  }, 600_000)
})

describe('a scope', () => {
  it('is read, or refused in words, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const words = parseScope(text)
        expect('fault' in words ? words.fault : words.map((word) => word.text).join('')).not.toBe(
          '',
        )
      }),
      { numRuns: 500 },
    )
  })
})
