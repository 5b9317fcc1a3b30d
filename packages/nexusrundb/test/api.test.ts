import type { RequestListener } from 'node:http'
import { createTokenClient } from '@valetkey/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createNexusRunDb, type NexusRunDb, type NexusRunDbApi } from '../src/index.ts'
import type { AnyBuckets } from '../src/types.ts'
import { json, rejectionOf, serverThat, type TestServer, text } from './setup.ts'

/** A database that answers as told. */
async function databaseThat(
  api: Partial<NexusRunDbApi>,
  ...answers: RequestListener[]
): Promise<{ db: NexusRunDb<AnyBuckets>; server: TestServer }> {
  const server = await serverThat(...answers)
  const client = createTokenClient(async ({ tokens }) => ({
    tokens: tokens.map(({ id, audience }) => ({
      id,
      audience,
      access_token: 'opaque',
      token_type: 'Bearer',
      token_id: 'one',
      expires_in: 60,
      resource: server.baseUrl,
    })),
  }))
  onTestFinished(() => client.dispose())
  return { db: createNexusRunDb({ client, audience: 'notes', api }), server }
}

const ok = json(200, {})

describe('the calls', () => {
  it('are those documented, and those assumed', async () => {
    const { db, server } = await databaseThat({}, ok)
    const grant = { accessKey: 'ak 1', permission: 'read_key' } as const
    await db.ping()
    await db.write('b', { key: 'k?', value: 1 })
    await db.delete('b', 'k')
    await db.rename('b', { key: 'k', newKey: 'l' })
    await db.renameBucket('b', 'c')
    await db.permissions.add('b', grant)
    await db.permissions.remove('b', grant)
    expect(
      server.requests.map(({ method, url, body }) => `${method} ${url.slice(15)} ${body}`.trim()),
    ).toEqual([
      'GET /ping',
      'POST /buckets/b/keys/k%3F 1',
      'DELETE /buckets/b/keys/k',
      'POST /buckets/b/keys/k/rename {"id":"l"}',
      'POST /buckets/b/rename {"id":"c"}',
      'POST /buckets/b/permissions/read_key/ak%201',
      'DELETE /buckets/b/permissions/read_key/ak%201',
    ])
  })

  it('are others where `api` says so', async () => {
    const api = {
      renameKey: 'PUT buckets/{bucket}/renamed/{key}',
      addPermission: 'POST buckets/{bucket}/permissions/{accessKey}/{permission}',
      newIdField: 'newkeyid',
      pageParam: 'pageindex',
      pageSizeParam: 'limit',
      keysIn: (content: unknown) => Object.keys(Object(content)),
    }
    const { db, server } = await databaseThat(api, json(200, { one: 1, two: 2 }))
    await db.rename('b', { key: 'k', newKey: 'l' })
    await db.permissions.add('b', { accessKey: '*', permission: 'read_key' })
    expect((await db.list('b', { pageSize: 2, filter: { contains: 'o' } })).keys).toEqual([
      'one',
      'two',
    ])
    expect(
      server.requests.map(({ method, url, body }) => `${method} ${url.slice(15)} ${body}`.trim()),
    ).toEqual([
      'PUT /buckets/b/renamed/k {"newkeyid":"l"}',
      'POST /buckets/b/permissions/*/read_key',
      'GET /buckets/b/keys?pageindex=1&limit=2&filtertype=contains&filtertext=o',
    ])
  })
})

describe('an answer', () => {
  it.each<[string, unknown]>([
    ['texts', ['a', 'b']],
    ['texts under keys', { total: 2, keys: ['a', 'b'] }],
    ['objects under data', { data: [{ keyid: 'a' }, { keyid: 'b', size: 1 }] }],
  ])('with ids as %s is understood', async (_, content) => {
    const { db } = await databaseThat({}, json(200, content))
    expect((await db.list('b')).keys).toEqual(['a', 'b'])
  })

  it.each<[string, RequestListener]>([
    ['no list', json(200, { count: 2 })],
    ['a list of numbers', json(200, [1, 2])],
    ['half of JSON', text(200, '["a"', 'application/json')],
    ['text', text(200, 'a, b')],
    ['a login page', text(200, '<html>', 'text/html; charset=utf-8')],
  ])('with %s in place of ids is malformed', async (_, answer) => {
    const { db } = await databaseThat({}, answer)
    expect(await rejectionOf(db.list('b'))).toMatchObject({ code: 'malformed_answer' })
  })

  it('to a read is JSON, or text that does not call itself JSON', async () => {
    const { db } = await databaseThat(
      {},
      text(200, '{"a":1}'),
      text(200, 'plain words'),
      json(200, null),
      text(200, '{"a":', 'application/json'),
    )
    expect(await db.read('b', 'k')).toEqual({ a: 1 })
    expect(await db.read('b', 'k')).toBe('plain words')
    expect(await db.read('b', 'k')).toBe(null)
    expect(await rejectionOf(db.read('b', 'k'))).toMatchObject({ code: 'malformed_answer' })
  })

  it('that heeds no page ends in an error and not in an endless loop', async () => {
    const page = Array.from({ length: 25 }, (_, i) => `k${i}`)
    const { db, server } = await databaseThat({}, json(200, page))
    const drain = async () => {
      for await (const _ of db.keys('b')) continue
    }
    expect(await rejectionOf(drain())).toMatchObject({
      code: 'malformed_answer',
      message: expect.stringMatching(/pageParam/),
    })
    expect(server.requests).toHaveLength(2)
  })

  it('of the default size where more was asked for is not taken for the last', async () => {
    const page = Array.from({ length: 25 }, (_, i) => `k${i}`)
    const { db } = await databaseThat({}, json(200, page), json(200, ['last']))
    const found: string[] = []
    for await (const key of db.keys('b', { pageSize: 500 })) found.push(key)
    expect(found).toEqual([...page, 'last'])
  })
})
