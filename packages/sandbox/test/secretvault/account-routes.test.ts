import { describe, expect, it } from 'vitest'
import {
  mint,
  nodeIdentity,
  type OpenNode,
  openNode,
  openNodeWithSchema,
  orgIdentity,
  SCHEMA_ID,
  strangerIdentity,
} from '../open-node.ts'

describe('an organization', () => {
  const stranger = {
    did: strangerIdentity.didNil,
    publicKey: strangerIdentity.publicKey,
    name: 'stranger',
  }
  const register = (node: OpenNode, body: object) =>
    fetch(`${node.url}/api/v1/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('registers itself without a token, then calls with tokens of its own', async () => {
    const node = await openNode()
    const token = await mint({}, strangerIdentity)
    expect((await node.call('GET /api/v1/accounts', undefined, token)).status).toBe(401)

    const registered = await register(node, stranger)
    expect([
      registered.status,
      registered.headers.get('content-type'),
      await registered.text(),
    ]).toEqual([201, null, ''])
    const account = await node.call('GET /api/v1/accounts', undefined, token)
    expect((await account.json()).data).toMatchObject({ _id: stranger.did, name: 'stranger' })
  })

  it('cannot register twice, nor under a DID that is not of its key', async () => {
    const node = await openNode()
    await register(node, stranger)
    const twice = await register(node, stranger)
    expect(twice.status).toBe(500)
    expect((await twice.json()).errors.slice(0, 2)).toEqual(['DatabaseError', 'insert'])

    const foreign = await register(node, { ...stranger, did: orgIdentity.didNil })
    expect(foreign.status).toBe(400)
    expect((await foreign.json()).errors).toEqual([
      'DataValidationError',
      'DID not derived from public key',
    ])

    const ofNode = { ...stranger, did: nodeIdentity.didNil, publicKey: nodeIdentity.publicKey }
    expect((await (await register(node, ofNode)).json()).errors[0]).toBe('DuplicateEntryError')
  })

  it('is told what a registration lacks', async () => {
    const response = await register(await openNode(), { did: 'did:nil:x', publicKey: 'ab' })
    expect((await response.json()).errors).toEqual([
      'key=did, reason=Invalid NilDid format. Must match did:nil:(mainnet|testnet):nillion1[38 chars]',
      'key=publicKey, reason=String must contain exactly 66 character(s)',
      'key=name, reason=Required',
    ])
  })

  it('sees its schemas, not those of another', async () => {
    const node = await openNodeWithSchema()
    await register(node, stranger)
    const token = await mint({}, strangerIdentity)

    const list = await node.call('GET /api/v1/schemas', undefined, token)
    expect(await list.json()).toEqual({ data: [] })
    const body = { schema: SCHEMA_ID, filter: {} }
    const foreign = await node.call('POST /api/v1/data/read', body, token)
    expect(foreign.status).toBe(404)
    expect((await foreign.json()).errors).toEqual([
      'ResourceAccessDeniedError',
      'type: schema',
      `object: ${SCHEMA_ID}`,
      `user: ${stranger.did}`,
    ])
  })

  it('is no administrator', async () => {
    const node = await openNode()
    const response = await node.call('POST /api/v1/admin/accounts', {})
    expect([response.status, await response.text()]).toEqual([401, 'Unauthorized'])
  })
})

describe('about', () => {
  it('answers without a token, with the members of both eras', async () => {
    const node = await openNode()
    const about = await (await fetch(`${node.url}/about`)).json()
    expect(about).toEqual({
      started: expect.stringMatching(/^\d{4}-.*Z$/),
      build: { time: '1970-01-01T00:00:00Z', commit: 'unknown', version: '0.0.0' },
      did: nodeIdentity.didNil,
      publicKey: nodeIdentity.publicKey,
      public_key: nodeIdentity.publicKey,
      url: node.url,
      maintenance: { active: false, started_at: '1970-01-01T00:00:00.000Z' },
    })
    expect(await (await fetch(`${node.url}/health`)).text()).toBe('OK')
  })
})
