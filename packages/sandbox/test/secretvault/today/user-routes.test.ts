import { Signer } from '@nillion/nuc'
import { describe, expect, it } from 'vitest'
import { mintNuc, stranger } from '../../nuc-tokens.ts'
import { nodeIdentity, type OpenOptions, orgIdentity, strangerIdentity } from '../../open-node.ts'
import { COLLECTION_ID, id, type OpenToday, openWithCollection } from '../../open-today.ts'
import { identityOf } from '../../../src/secretvault/identity.ts'

const owner = strangerIdentity.didKey
const other = identityOf(Buffer.from('44'.repeat(32), 'hex'))
const grantee = orgIdentity.didKey
const asOwner = () => mintNuc({ signer: stranger })
const asOther = () =>
  mintNuc({ signer: Signer.fromPrivateKey(other.secretKey), subject: other.didKey })
const DOCUMENT = `/v1/users/data/${COLLECTION_ID}/${id(1)}` as const

async function open(options: OpenOptions = {}, rights: object = {}): Promise<OpenToday> {
  const node = await openWithCollection({ ...options, type: 'owned' })
  const acl = { grantee, read: true, write: false, execute: false, ...rights }
  const data = [{ _id: id(1), service: 'diary' }]
  const body = { owner, collection: COLLECTION_ID, data, acl }
  const answer = await node.ask('POST /v1/data/owned', body)
  if (answer.status !== 201) throw new Error(await answer.text())
  const theirs = { ...body, owner: other.didKey, data: [{ _id: id(2), service: 'theirs' }] }
  await node.ask('POST /v1/data/owned', theirs)
  return node
}

describe('an owned document', () => {
  it('is seen by builders as far as it grants', async () => {
    const node = await open()
    const filter = { collection: COLLECTION_ID, filter: { service: 'diary' } }
    const found = await (await node.ask('POST /v1/data/find', filter)).json()
    expect(found.data).toEqual([expect.objectContaining({ _id: id(1), _owner: owner })])
    const update = { ...filter, update: { $set: { service: 'x' } } }
    const updated = await node.ask('POST /v1/data/update', update)
    expect([updated.status, (await updated.json()).data.matched]).toEqual([200, 0])
    const deleted = await node.ask('POST /v1/data/delete', filter)
    expect((await deleted.json()).data.deletedCount).toBe(0)
  })

  it('that grants nothing cannot be created', async () => {
    const node = await openWithCollection({ type: 'owned' })
    const acl = { grantee, read: false, write: false, execute: false }
    const body = { owner, collection: COLLECTION_ID, data: [{ _id: id(1), service: 'a' }], acl }
    const answer = await node.ask('POST /v1/data/owned', body)
    expect([answer.status, (await answer.json()).errors[0]]).toEqual([401, 'GrantAccessError'])
  })

  it('removed by a builder with the right to leaves its owner no user', async () => {
    const node = await open({}, { write: true })
    const body = { collection: COLLECTION_ID, filter: { _id: id(1) } }
    await node.ask('POST /v1/data/delete', body)
    const answer = await node.ask('GET /v1/users/me', undefined, await asOwner())
    expect(answer.status).toBe(401)
  })
})

describe('a user', () => {
  it('who owns nothing is nobody', async () => {
    const node = await openWithCollection({ type: 'owned' })
    expect((await node.ask('GET /v1/users/me', undefined, await asOwner())).status).toBe(401)
  })

  it('reads, changes, removes the own document', async () => {
    const node = await open()
    const token = await asOwner()
    const name = { collection: COLLECTION_ID, document: id(1) }
    const body = { ...name, update: { $set: { service: 'new' } } }
    const updated = await node.ask('POST /v1/users/data', body, token)
    expect((await updated.json()).data).toMatchObject({ matched: 1, modified: 1 })
    const read = await node.ask(`GET ${DOCUMENT}`, undefined, token)
    expect((await read.json()).data).toMatchObject({ service: 'new', _acl: [{ grantee }] })
    const removed = await node.ask(`DELETE ${DOCUMENT}`, undefined, token)
    expect([removed.status, removed.headers.get('content-type')]).toEqual([
      200,
      'text/plain; charset=UTF-8',
    ])
  })

  it('cannot read the document of another', async () => {
    const node = await open()
    const answer = await node.ask(`GET ${DOCUMENT}`, undefined, await asOther())
    expect([answer.status, (await answer.json()).errors[0]]).toEqual([404, 'DocumentNotFoundError'])
  })

  it('may change the document of another, unless the node is strict', async () => {
    const name = { collection: COLLECTION_ID, document: id(1) }
    const body = { ...name, update: { $set: { service: 'x' } } }
    const matched = [false, true].map(async (isStrict) => {
      const node = await open({ isStrict })
      const answer = await node.ask('POST /v1/users/data', body, await asOther())
      return (await answer.json()).data.matched
    })
    expect(await Promise.all(matched)).toEqual([1, 0])
  })

  it('may use a token for another node, unless the node is strict', async () => {
    const statuses = [false, true].map(async (isStrict) => {
      const node = await open({ isStrict })
      const token = await mintNuc({ signer: stranger, audience: orgIdentity.didKey })
      return (await node.ask('GET /v1/users/me', undefined, token)).status
    })
    expect(await Promise.all(statuses)).toEqual([200, 401])
    expect(nodeIdentity.didKey).not.toBe(orgIdentity.didKey)
  })

  it.each<[string, { document?: string; grantee?: string; read?: boolean }, number]>([
    ['to a builder nobody knows', { grantee: other.didKey }, 404],
    ['of nothing', { read: false }, 401],
    ['of a document that is not theirs', { document: id(2) }, 404],
  ])('gets no grant %s', async (_what, change, status) => {
    const node = await open()
    const { document = id(1), ...rights } = change
    const acl = { grantee, read: true, write: false, execute: false, ...rights }
    const body = { collection: COLLECTION_ID, document, acl }
    const answer = await node.ask('POST /v1/users/data/acl/grant', body, await asOwner())
    expect(answer.status).toBe(status)
  })

  it('cannot shut out the builder whose collection it is', async () => {
    const node = await open()
    const body = { grantee, collection: COLLECTION_ID, document: id(1) }
    const answer = await node.ask('POST /v1/users/data/acl/revoke', body, await asOwner())
    expect([answer.status, (await answer.json()).errors[0]]).toEqual([400, 'DataValidationError'])
  })
})
