import { randomUUID } from 'node:crypto'
import { createBroker } from '@valetkey/broker'
import { describeMinter } from '@valetkey/broker/testing'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { secretvault } from '../../src/minter/index.ts'
import { vectors } from '../vectors/index.ts'
import { type Call, openPlace, type Place, requestOf } from './nodes-of-today.ts'

const find = (collection: string): Call => ({
  method: 'POST',
  path: '/v1/data/find',
  body: { collection, filter: {} },
})
const create = (collection: string): Call => ({
  method: 'POST',
  path: '/v1/data/standard',
  body: { collection, data: [{ _id: randomUUID(), text: 'x' }] },
})
const tail = (id: string): Call => ({ method: 'GET', path: `/v1/data/${id}/tail` })
const flush = (id: string): Call => ({ method: 'DELETE', path: `/v1/data/${id}/flush` })
const run = (_id: string): Call => ({
  method: 'POST',
  path: '/v1/queries/run',
  body: { _id, variables: {} },
})
const query = (method: 'GET' | 'DELETE', id: string): Call => ({
  method,
  path: `/v1/queries/${id}?limit=1000`,
})
const profile: Call = { method: 'GET', path: '/v1/builders/me' }

const { org, node } = vectors.keys
const cluster = {
  secretKey: org.privateKeyHex,
  nodes: [{ url: 'https://node.example', didKey: node.didKey }],
}

describeMinter({
  describe,
  it,
  name: 'secretvault, for nodes of today',
  create: () => secretvault({ cluster, tokenFormat: 'nuc' }),
  request: { scope: 'queries:execute' },
  secrets: [org.privateKeyHex],
})

let place: Place

beforeAll(async () => {
  place = await openPlace()
  return place.close
})

describe('a token for a node of today', () => {
  it('without a scope may do everything, at its own node alone', async () => {
    const { collections, minter, statusOf, sandbox } = place
    const source = minter()
    expect(source.fullAuthority).toMatch(/give the minter a scope/)
    const members = source.members()
    expect(members.map(({ name }) => name)).toEqual(
      sandbox.secretvault.nodes.map(({ didKey }) => didKey),
    )
    const statuses = await Promise.all(
      members.map(async ({ name }) =>
        statusOf(create(collections[0]), (await source.mint(requestOf({ member: name }))).value),
      ),
    )
    expect(statuses).toEqual([201, 401, 401])
  })

  it('to read data reads every collection and nothing else', async () => {
    const { collections, tokenOf, statusOf, queries } = place
    const token = await tokenOf('data:read')
    for (const id of collections) {
      expect(await statusOf(find(id), token)).toBe(200)
      expect(await statusOf(tail(id), token)).toBe(200)
      expect(await statusOf(create(id), token)).toBe(403)
      expect(await statusOf(flush(id), token)).toBe(403)
    }
    expect(await statusOf(run(queries[0]), token)).toBe(403)
    expect(await statusOf(profile, token)).toBe(403)
  })

  it('of one collection is refused at every other, by body and by path', async () => {
    const { collections, tokenOf, statusOf } = place
    const [mine, other] = collections
    const token = await tokenOf(`data:read:${mine} data:create:${mine} data:delete:${mine}`)
    for (const call of [find, create, tail, flush]) {
      expect(await statusOf(call(mine), token)).toBeLessThan(300)
      expect(await statusOf(call(other), token)).toBe(401)
    }
    const update = { collection: mine, filter: {}, update: { $set: { text: 'y' } } }
    const path = '/v1/data/update'
    expect(await statusOf({ method: 'POST', path, body: update }, token)).toBe(401)
  })

  it('to read and create data can do both, with the newest records, and flushes nothing', async () => {
    const { collections, tokenOf, statusOf } = place
    const token = await tokenOf('data:create data:read')
    const [id] = collections
    expect(await statusOf(create(id), token)).toBe(201)
    expect(await statusOf(find(id), token)).toBe(200)
    expect(await statusOf(tail(id), token)).toBe(200)
    expect(await statusOf(flush(id), token)).toBe(401)
    expect(await statusOf({ ...flush(id), path: `${flush(id).path}?limit=25` }, token)).toBe(401)
  })

  it('of one query runs it and reads what came of it; others it neither runs, reads nor deletes', async () => {
    const { queries, tokenOf, statusOf, answerOf } = place
    const [mine, other] = queries
    const token = await tokenOf(`queries:execute:${mine}`)
    const started = await answerOf(run(mine), token)
    const { data } = (await started.json()) as { data: string }
    expect(await statusOf({ method: 'GET', path: `/v1/queries/run/${data}` }, token)).toBe(200)
    expect(await statusOf(run(other), token)).toBe(401)
    for (const id of [mine, other])
      for (const method of ['GET', 'DELETE'] as const)
        expect(await statusOf(query(method, id), token)).toBe(401)
    expect(await statusOf({ method: 'GET', path: '/v1/queries' }, token)).toBe(401)
    const body = { _id: mine, name: 'n', collection: mine, variables: {}, pipeline: [{}] }
    expect(await statusOf({ method: 'POST', path: '/v1/queries', body }, token)).toBe(401)
  })

  it.each([
    ['nothing known', 'secrets:read', /begins with none of/],
    ['the vendor’s command', '/nil/db/data/read', /begins with none of/],
    ['a deed that is none', 'data:execute', /knows create, read/],
    ['what is no id', 'data:read:notes', /no id/],
    ['an id where there is no limit', `users:read:${randomUUID()}`, /only data and/],
    ['two realms', 'data:read queries:execute', /more than one realm/],
    ['deeds that share a path', 'collections:read collections:create', /cannot be put into one/],
    ['a member of every object', 'constructor', /begins with none of/],
  ])('is refused for %s', async (_, scope, words) => {
    const request = requestOf({ member: node.didKey, scope })
    await expect(secretvault({ cluster, tokenFormat: 'nuc' }).mint(request)).rejects.toMatchObject({
      code: 'invalid_target',
      message: expect.stringMatching(words),
    })
  })

  it('stays within the minter’s own scope, and has that if nobody asks for less', async () => {
    const { collections, tokenOf, statusOf, minter } = place
    const scope = 'data:read data:create'
    expect(minter({ scope })).not.toHaveProperty('fullAuthority')
    expect(await statusOf(create(collections[0]), await tokenOf(undefined, { scope }))).toBe(201)
    const narrow = await tokenOf(`data:read:${collections[0]}`, { scope })
    expect(await statusOf(find(collections[0]), narrow)).toBe(200)
    expect(await statusOf(create(collections[0]), narrow)).toBe(401)
    for (const beyond of ['data', 'data:delete', `data:update:${collections[0]}`, 'queries'])
      await expect(tokenOf(beyond, { scope })).rejects.toThrow(/beyond the minter's own scope/)
  })

  it('says at start-up what is wrong with the minter’s scope', async () => {
    const { minter } = place
    expect(() => minter({ scope: 'data:raed' })).toThrow(/scope "data:raed": data knows/)
    expect(() => minter({ scope: '' })).toThrow(/scope names nothing/)
    expect(() => minter({ tokenFormat: 'jwt', scope: 'data', revocable: true })).toThrow(
      /revocable needs.*scope needs/s,
    )
  })
})

describe('revocation', () => {
  it('makes the node refuse the token, once and again, and no other', async () => {
    const { minter, statusOf, collections, sandbox } = place
    const source = minter({ revocable: true, scope: `data:read:${collections[0]}` })
    expect(source.shareable).toBe(false)
    const request = requestOf({ member: source.members()[0]?.name ?? '', subject: 'ada' })
    const [token, other] = [await source.mint(request), await source.mint(request)]
    const { signal } = new AbortController()
    expect(await statusOf(find(collections[0]), token.value)).toBe(200)
    await source.revoke?.(token, { signal })
    await source.revoke?.(token, { signal })
    expect(await statusOf(find(collections[0]), token.value)).toBe(401)
    expect(await statusOf(find(collections[0]), other.value)).toBe(200)
    sandbox.nodes[0]?.fault({ status: 503, times: 1 })
    await expect(source.revoke?.(other, { signal })).rejects.toMatchObject({
      code: 'temporarily_unavailable',
    })
  })

  it('follows from a broker’s: all nodes refuse what a user was given, and no other user’s', async () => {
    const { minter, collections } = place
    const broker = createBroker({
      audiences: { records: minter({ revocable: true, scope: 'data:read' }) },
      authenticate: () => null,
      authorize: () => true,
      logger: { info() {}, warn() {}, error() {} },
    })
    onTestFinished(() => broker.close())
    const tokensOf = async (subject: string) => broker.mintAll('records', subject)
    const [adas, bobs] = [await tokensOf('ada'), await tokensOf('bob')]
    const statusesOf = (tokens: typeof adas) =>
      Promise.all(
        tokens.map(async ({ resource, value }) => {
          const headers = { authorization: `Bearer ${value}` }
          return (await fetch(`${resource}v1/data/${collections[0]}/tail`, { headers })).status
        }),
      )
    expect(await statusesOf(adas)).toContain(200)
    await broker.revoke({ subject: 'ada' })
    expect(await statusesOf(adas)).toEqual([401, 401, 401])
    expect(await statusesOf(bobs)).not.toContain(401)
  })

  it('is off where tokens are shared', async () => {
    const { minter } = place
    expect(minter().shareable).toBe(true)
    expect(minter()).not.toHaveProperty('revoke')
  })
})
