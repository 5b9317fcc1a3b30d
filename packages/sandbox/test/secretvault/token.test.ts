import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import { verifyJWT } from 'did-jwt'
import { describe, expect, it } from 'vitest'
import {
  mint,
  nodeIdentity,
  openNode,
  orgIdentity,
  secondsFromNow,
  strangerIdentity,
} from '../open-node.ts'
import es256k from '../vectors/es256k.json' with { type: 'json' }

const N = secp256k1.Point.Fn.ORDER
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claims = (more: object = {}) => ({
  iss: orgIdentity.didNil,
  aud: nodeIdentity.didNil,
  exp: secondsFromNow(3600),
  ...more,
})

/** Signs by hand what did-jwt would not write: no `iat`, no `typ`, another `alg`. */
function sign(payload: unknown, header: unknown = { typ: 'JWT', alg: 'ES256K' }): string {
  const input = `${encode(header)}.${encode(payload)}`
  const signature = secp256k1.sign(Buffer.from(input), hexToBytes(orgIdentity.secretKey))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

function withHighS(token: string): string {
  const cut = token.lastIndexOf('.') + 1
  const signature = Buffer.from(token.slice(cut), 'base64url')
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
  const flipped = (N - s).toString(16).padStart(64, '0')
  return (
    token.slice(0, cut) +
    Buffer.concat([signature.subarray(0, 32), Buffer.from(flipped, 'hex')]).toString('base64url')
  )
}

type Row = [what: string, status: 200 | 401, token: () => string | Promise<string>]

const matrix: Row[] = [
  ["the seed's token, made by did-jwt", 200, () => mint()],
  ['no iat, as PyJWT makes it', 200, () => sign(claims())],
  ['a high-S signature', 200, async () => withHighS(await mint())],
  ['exp 10 s ago', 200, () => mint({ exp: secondsFromNow(-10) })],
  ['exp 290 s ago', 200, () => mint({ exp: secondsFromNow(-290) })],
  ['exp 301 s ago', 401, () => mint({ exp: secondsFromNow(-301) })],
  ['no exp', 200, () => mint({ exp: undefined as never })],
  ['exp 0', 200, () => mint({ exp: 0 })],
  ['exp ten years ahead', 200, () => mint({ exp: secondsFromNow(315_360_000) })],
  ['exp in milliseconds', 200, () => mint({ exp: Date.now() + 60_000 })],
  ['no aud', 200, () => mint({ aud: undefined as never })],
  ['aud of another node', 401, () => mint({ aud: strangerIdentity.didNil })],
  ['aud a list with this node in it', 200, () => mint({ aud: ['x', nodeIdentity.didNil] })],
  ['aud a list without this node', 401, () => mint({ aud: ['x'] })],
  ['iat 200 s ahead', 200, () => mint({ iat: secondsFromNow(200) })],
  ['iat 400 s ahead', 401, () => mint({ iat: secondsFromNow(400) })],
  ['nbf 200 s ahead', 200, () => mint({ nbf: secondsFromNow(200) })],
  ['nbf 400 s ahead', 401, () => mint({ nbf: secondsFromNow(400) })],
  [
    'iat 400 s ahead beside an nbf of now',
    200,
    () => mint({ iat: secondsFromNow(400), nbf: secondsFromNow(0) }),
  ],
  ['iat 400 s ahead beside an nbf of 0', 401, () => mint({ iat: secondsFromNow(400), nbf: 0 })],
  ["another key's signature", 401, () => mint({ iss: orgIdentity.didNil }, strangerIdentity)],
  ['an organization nobody registered', 401, () => mint({}, strangerIdentity)],
  [
    'the same address on mainnet',
    401,
    () => mint({ iss: orgIdentity.didNil.replace('testnet', 'mainnet') }),
  ],
  ['no iss', 401, () => sign(claims({ iss: undefined }))],
  ['no typ', 200, () => sign(claims(), { alg: 'ES256K' })],
  ['alg ES256', 401, () => sign(claims(), { typ: 'JWT', alg: 'ES256' })],
  ['alg none', 401, () => sign(claims(), { typ: 'JWT', alg: 'none' })],
  ['no alg', 401, () => sign(claims(), { typ: 'JWT' })],
  [
    'a changed claim',
    401,
    async () => (await mint()).replace(/\.[^.]+\./, `.${encode(claims({ a: 1 }))}.`),
  ],
  ['a cut signature', 401, async () => (await mint()).slice(0, -8)],
  ['extra claims', 200, () => mint({ sub: 'a', jti: 'b', scope: 'c' })],
  ['garbage', 401, () => 'garbage'],
  ['three sections of garbage', 401, () => 'a.b.c'],
  ['claims that are no object', 401, () => sign(null)],
]

/** What the library that the real node uses says of the same token. */
async function libraryAccepts(token: string): Promise<boolean> {
  const resolve = async (did: string) => ({
    didResolutionMetadata: did === orgIdentity.didNil ? {} : { error: 'notFound' },
    didDocumentMetadata: {},
    didDocument: {
      id: did,
      verificationMethod: [
        {
          id: '#secp256k1',
          type: 'EcdsaSecp256k1VerificationKey2019',
          controller: did,
          publicKeyHex: orgIdentity.publicKey,
        },
      ],
    },
  })
  try {
    await verifyJWT(token, { audience: nodeIdentity.didNil, resolver: { resolve } })
    return true
  } catch {
    return false
  }
}

describe('a node given a token', () => {
  it.each(matrix)('with %s answers %i, as did-jwt judges it', async (_what, status, makeToken) => {
    const node = await openNode()
    const token = await makeToken()

    const response = await node.call('GET /api/v1/schemas', undefined, token)

    expect(response.status).toBe(status)
    expect(await libraryAccepts(token)).toBe(status === 200)
  })

  it('says no more than Unauthorized, as text', async () => {
    const node = await openNode()
    const response = await node.call('GET /api/v1/schemas', undefined, 'garbage')

    expect(await response.text()).toBe('Unauthorized')
    expect(response.headers.get('content-type')).toBe('text/plain; charset=UTF-8')
    expect(response.headers.has('www-authenticate')).toBe(false)
  })

  it.each([
    ['bearer', 200],
    ['BEARER', 200],
    ['Basic', 401],
    ['', 401],
  ])('under the scheme "%s" answers %i', async (scheme, status) => {
    const node = await openNode()
    const headers = { authorization: `${scheme} ${await mint()}` }
    expect((await fetch(`${node.url}/api/v1/schemas`, { headers })).status).toBe(status)
  })

  it('answers 401 without the header, whatever the path or the body', async () => {
    const node = await openNode()
    const malformed = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }
    expect((await fetch(`${node.url}/nowhere`)).status).toBe(401)
    expect((await fetch(`${node.url}/api/v1/data/read`, malformed)).status).toBe(401)
    expect((await node.call('GET /nowhere')).status).toBe(404)
  })
})

describe('the test vectors', () => {
  const ofSeedEra = es256k.vectors.filter(({ format }) => format === 'jwt')
  const tokens = ofSeedEra.flatMap(({ id, expected, variants }) => [
    [id, expected.token],
    ...variants.map((variant) => [`${id}, ${variant.id}`, variant.token]),
  ])

  it.each(tokens)('%s is accepted by a node whose clock stands at its iat', async (_id, token) => {
    const node = await openNode()
    const issuedAtMs = 1_893_456_000_000
    node.control.fault({ clockOffsetMs: issuedAtMs - Date.now() })
    expect((await node.call('GET /api/v1/schemas', undefined, token)).status).toBe(200)
  })
})
