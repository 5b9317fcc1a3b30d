import { createHash } from 'node:crypto'
import { Builder, Did, Payload, type PolicyRule, Signer } from '@nillion/nuc'
import { describe, expect, it } from 'vitest'
import { builder, delegate, invoke, mintNuc, stranger } from '../../nuc-tokens.ts'
import { nodeIdentity, orgIdentity, strangerIdentity } from '../../open-node.ts'
import { COLLECTION_ID, type OpenToday, openToday, openWithCollection } from '../../open-today.ts'
import es256k from '../../vectors/es256k.json' with { type: 'json' }

const PATH = '/v1/collections'

async function statusOf(node: OpenToday, token: string): Promise<number> {
  return (await node.ask(`GET ${PATH}`, undefined, token)).status
}

/** A token whose header or payload is not as the vendor's builder makes it, signed all the same. */
async function forge(change: { header?: object; payload?: object }): Promise<string> {
  const [header = '', payload = ''] = (await mintNuc()).split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  const write = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const head = write({ ...read(header), ...change.header })
  const input = `${head}.${write({ ...read(payload), ...change.payload })}`
  const signature = await builder.sign(new TextEncoder().encode(input))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

describe("a token of today's API", () => {
  it.each<[string, () => Promise<string>, number]>([
    ['that is good', () => mintNuc(), 200],
    ['for exactly this', () => mintNuc({ command: '/nil/db/collections/read' }), 200],
    ['for another deed', () => mintNuc({ command: '/nil/db/collections/create' }), 403],
    ['for less than this', () => mintNuc({ command: '/nil/db/collections/read/one' }), 403],
    ['that is nobody’s word', () => Promise.resolve('a.b.c'), 401],
    ['of a builder nobody knows', () => mintNuc({ signer: stranger }), 404],
    [
      'that another signed for the builder',
      () => mintNuc({ signer: stranger, subject: orgIdentity.didKey }),
      402,
    ],
    ['for another node', () => mintNuc({ audience: strangerIdentity.didKey }), 401],
    ['that begins in a second', () => mintNuc({ notBeforeMs: Date.now() + 2000 }), 401],
    ['that is a delegation', () => delegate(nodeIdentity), 401],
    ['without an end', () => forge({ payload: { exp: undefined } }), 200],
    ['with iat', () => forge({ payload: { iat: 1 } }), 401],
    ['with jti', () => forge({ payload: { jti: 'x' } }), 401],
    ['with typ JWT', () => forge({ header: { typ: 'JWT' } }), 401],
    ['with kid', () => forge({ header: { kid: 'x' } }), 401],
    ['of the spelling of 2025', () => forge({ header: { typ: undefined, ver: undefined } }), 200],
  ])('%s', async (_what, token, status) => {
    expect(await statusOf(await openToday(), await token())).toBe(status)
  })

  it('ends at its second, without any grace', async () => {
    const node = await openToday()
    const token = await mintNuc({ expiresInMs: 600_000 })
    node.control.fault({ clockOffsetMs: 598_000 })
    expect(await statusOf(node, token)).toBe(200)
    node.control.fault({ clockOffsetMs: 600_000 })
    expect(await statusOf(node, token)).toBe(401)
  })

  it('of the test vectors is taken, its twin with the high s is not', async () => {
    const vector = es256k.vectors.find((candidate) => candidate.format === 'nuc')!
    const node = await openWithCollection()
    const body = { collection: COLLECTION_ID, filter: {} }
    const ask = async (token: string) => (await node.ask('POST /v1/data/find', body, token)).status
    expect(await ask(vector.expected.token)).toBe(200)
    expect(await ask(vector.variants[0]!.token)).toBe(401)
  })

  it('is looked at after the body', async () => {
    const node = await openToday()
    const response = await fetch(`${node.url}/v1/data/find`, { method: 'POST' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ data: {}, success: false })
  })
})

describe('a delegated token', () => {
  const onlyThis: PolicyRule[] = [['==', '$.payload.body.collection', COLLECTION_ID]]
  const find = (collection: string) => ({ collection, filter: {} })

  it('does what its policy permits, and gets 401 for the rest', async () => {
    const node = await openWithCollection()
    const delegation = await delegate(strangerIdentity, {
      command: '/nil/db/data/read',
      policy: onlyThis,
    })
    const token = await invoke(delegation, strangerIdentity)
    const ask = async (body: object) => (await node.ask('POST /v1/data/find', body, token)).status
    expect(await ask(find(COLLECTION_ID))).toBe(200)
    expect(await ask(find('99999999-9999-4999-8999-999999999999'))).toBe(401)
    const tail = await node.ask(`GET /v1/data/${COLLECTION_ID}/tail`, undefined, token)
    expect(tail.status).toBe(401)
  })

  it('may be limited to a path or a parameter', async () => {
    const node = await openWithCollection()
    const policy: PolicyRule[] = [
      ['anyOf', '$.req.path', [`/v1/data/${COLLECTION_ID}/tail`]],
      ['==', '$.payload.param.id', COLLECTION_ID],
      ['==', '$.payload.query.limit', 5],
    ]
    const token = await invoke(await delegate(strangerIdentity, { policy }), strangerIdentity)
    const ask = async (limit: number) =>
      (await node.ask(`GET /v1/data/${COLLECTION_ID}/tail?limit=${limit}`, undefined, token)).status
    expect([await ask(5), await ask(6)]).toEqual([200, 401])
  })

  it('of the builder to itself is one too, signed by one key', async () => {
    const node = await openWithCollection()
    const delegation = await delegate(orgIdentity, { policy: onlyThis })
    const token = await invoke(delegation, orgIdentity, '/nil/db/data/read')
    const response = await node.ask('POST /v1/data/find', find(COLLECTION_ID), token)
    expect(response.status).toBe(200)
  })

  it('gets 401 where the chain is wrong', async () => {
    const node = await openToday()
    const delegation = await delegate(strangerIdentity)
    const token = await invoke(delegation, strangerIdentity)
    expect(await statusOf(node, token)).toBe(200)
    const [leaf = '', proof = ''] = token.split('/')
    expect(await statusOf(node, leaf)).toBe(401)
    expect(await statusOf(node, `${leaf}/${proof}/${proof}`)).toBe(401)
    // Signed by somebody it was not delegated to.
    expect(await statusOf(node, await invoke(delegation, orgIdentity))).toBe(401)
    const wide = Array.from({ length: 11 }, (): PolicyRule => ['!=', '.cmd', '/x'])
    const tooWide = await delegate(strangerIdentity, { policy: wide })
    expect(await statusOf(node, await invoke(tooWide, strangerIdentity))).toBe(401)
    const narrow = await delegate(strangerIdentity, { command: '/nil/db/data' })
    expect(await statusOf(node, await invoke(narrow, strangerIdentity, '/nil/db'))).toBe(401)
  })

  it('has at most four proofs', async () => {
    const node = await openToday()
    const next = (delegation: string, expiresInMs: number) =>
      Builder.delegationFromString(delegation)
        .audience(Did.parse(orgIdentity.didKey))
        .policy([])
        .expiresIn(expiresInMs)
        .signAndSerialize(builder)
    let chain = await delegate(orgIdentity)
    for (const expiresInMs of [55_000, 50_000, 45_000]) chain = await next(chain, expiresInMs)
    expect(await statusOf(node, await invoke(chain, orgIdentity))).toBe(200)
    chain = await next(chain, 40_000)
    expect(await statusOf(node, await invoke(chain, orgIdentity))).toBe(401)
  })
})

describe('a revoked token', () => {
  const hashOf = (segment = '') => createHash('sha256').update(segment).digest('hex')

  it('gets 401, itself or by a proof it hangs on', async () => {
    const node = await openToday()
    const token = await invoke(await delegate(strangerIdentity), strangerIdentity)
    const [leaf, proof] = token.split('/')
    const tokenHash = hashOf(proof)
    const lookUp = async () => {
      const body = JSON.stringify({ tokenHashes: [hashOf(leaf), tokenHash] })
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body }
      return (await fetch(`${node.url}/v1/revocations/lookup`, init)).json()
    }
    expect(await lookUp()).toEqual({ data: { revoked: [] } })

    const revoke = async (signed: string) =>
      (await node.ask('POST /v1/revocations/revoke', { tokenHash }, signed)).status
    expect(await revoke(await mintNuc())).toBe(403)
    const permitted = await mintNuc({ command: Payload.REVOKE_COMMAND })
    expect(await revoke(permitted)).toBe(200)
    expect(await revoke(permitted)).toBe(400)
    expect(await statusOf(node, token)).toBe(401)
    expect(await lookUp()).toEqual({ data: { revoked: [tokenHash] } })
    expect(await statusOf(node, await mintNuc())).toBe(200)
  })

  it('by a fault gets 401 too, whole or by a segment', async () => {
    const node = await openToday()
    const token = await invoke(await delegate(strangerIdentity), strangerIdentity)
    node.control.fault({ revoke: token })
    expect(await statusOf(node, token)).toBe(401)
    const other = await invoke(await delegate(strangerIdentity), strangerIdentity)
    node.control.fault({ revoke: { sha256: hashOf(other.split('/')[1]) } })
    expect(await statusOf(node, other)).toBe(401)
  })
})

describe('a strict node', () => {
  it.each<[string, () => Promise<string>, number]>([
    ['with an end', () => mintNuc(), 200],
    ['without an end', () => forge({ payload: { exp: undefined } }), 401],
    ['that ends in years', () => forge({ payload: { exp: 4_102_444_800 } }), 401],
  ])('answers a token %s', async (_what, token, status) => {
    expect(await statusOf(await openToday({ isStrict: true }), await token())).toBe(status)
  })
})

describe('a registration', () => {
  const did = strangerIdentity.didKey
  const register = (node: OpenToday, body: object, token: string) =>
    node.ask('POST /v1/builders/register', body, token)

  it('takes the DID that signs, once', async () => {
    const node = await openToday()
    const token = await mintNuc({ signer: stranger })
    const answers = [
      await register(node, { did, name: 'new' }, token),
      await register(node, { did, name: 'new' }, token),
      await register(node, { did: orgIdentity.didKey, name: 'new' }, token),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 403])
    expect((await answers[1]!.json()).errors).toEqual([
      'DuplicateEntryError',
      `document: {"did":"${did}"}`,
    ])
    const profile = await node.ask('GET /v1/builders/me', undefined, token)
    expect((await profile.json()).data).toMatchObject({ _id: did, name: 'new' })
  })

  it('takes the spelling of 2025 for the same', async () => {
    const node = await openToday()
    const legacy = `did:nil:${strangerIdentity.publicKey}`
    const token = await mintNuc({ signer: stranger })
    expect((await register(node, { did: legacy, name: 'old' }, token)).status).toBe(201)
    expect((await node.ask('GET /v1/builders/me', undefined, token)).status).toBe(200)
  })

  it('of a wallet is one too', async () => {
    const node = await openToday()
    const address = '0x742d35Cc6634C0532925a3b844Bc9e7095Ed4e40'
    const body = { did: `did:ethr:${address}`, name: 'wallet' }
    expect((await register(node, body, await mintNuc({ signer: stranger }))).status).toBe(403)
  })
})

it('the signer of the tests is the one of the vectors', async () => {
  const signer = Signer.fromPrivateKey(es256k.keys.org.privateKeyHex)
  expect((await signer.getDid()).didString).toBe(es256k.keys.org.didKey)
})
