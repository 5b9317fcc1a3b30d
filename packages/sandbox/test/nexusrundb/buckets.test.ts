import { describe, expect, it } from 'vitest'
import { openNexusRunDb } from './open-nexusrundb.ts'

const KEY = '/buckets/notes/keys/one'

describe('keys', () => {
  it('are written, overwritten, read as they were written, and deleted', async () => {
    const { app, call } = await openNexusRunDb()
    await call(`POST ${KEY}`, app, { text: 'first' })
    await call(`POST ${KEY}`, app, { text: 'Grüße' })
    const answer = await call(`GET ${KEY}`, app)
    expect(answer.headers.get('x-emulator-assumption')).toBe('read-key')
    expect(await answer.json()).toEqual({ text: 'Grüße' })
    expect((await call(`DELETE ${KEY}`, app)).status).toBe(200)
    expect((await call(`GET ${KEY}`, app)).status).toBe(404)
    expect((await call(`DELETE ${KEY}`, app)).status).toBe(404)
  })

  it('have ids of any characters but a slash, measured in bytes', async () => {
    const { app, call } = await openNexusRunDb()
    const statusOf = async (id: string, bucket = 'notes') =>
      (
        await call(
          `POST /buckets/${encodeURIComponent(bucket)}/keys/${encodeURIComponent(id)}`,
          app,
          1,
        )
      ).status
    expect(await statusOf('ü'.repeat(125))).toBe(200)
    expect(await statusOf('ü'.repeat(126))).toBe(400)
    expect(await statusOf('a/b')).toBe(400)
    expect(await statusOf('one', 'ü'.repeat(64))).toBe(200)
    expect(await statusOf('one', 'ü'.repeat(65))).toBe(400)
  })

  it('are renamed unless the new id is taken', async () => {
    const { app, call } = await openNexusRunDb()
    await call(`POST ${KEY}`, app, 1)
    await call('POST /buckets/notes/keys/two', app, 2)
    expect((await call(`POST ${KEY}/rename`, app, { id: 'two' })).status).toBe(400)
    expect((await call(`POST ${KEY}/rename`, app, {})).status).toBe(400)
    expect((await call(`POST ${KEY}/rename`, app, { id: 'three' })).status).toBe(200)
    expect(await (await call('GET /buckets/notes/keys/three', app)).json()).toBe(1)
    expect((await call(`POST ${KEY}/rename`, app, { id: 'four' })).status).toBe(404)
  })

  it('are listed in pages from 1, 25 unless asked, 1000 at most, filtered by both or none', async () => {
    const { app, call } = await openNexusRunDb()
    const ids = Array.from({ length: 30 }, (_, i) => `k-${String(i).padStart(2, '0')}`)
    for (const id of ids) await call(`POST /buckets/notes/keys/${id}`, app, 1)
    const list = async (query: string) => {
      const answer = await call(`GET /buckets/notes/keys${query}`, app)
      return answer.ok ? (await answer.json()).keys : answer.status
    }
    expect(await list('')).toEqual(ids.slice(0, 25))
    expect(await list('?page=2')).toEqual(ids.slice(25))
    expect(await list('?page=3&pagesize=10')).toEqual(ids.slice(20))
    expect(await list('?filtertype=suffix&filtertext=9')).toEqual(['k-09', 'k-19', 'k-29'])
    expect(await list('?filtertype=contains&filtertext=-2')).toHaveLength(10)
    for (const query of [
      '?page=0',
      '?pagesize=1001',
      '?filtertype=prefix',
      '?filtertext=k',
      '?filtertype=regex&filtertext=k',
    ])
      expect(await list(query)).toBe(400)
  })
})

describe('permissions', () => {
  it('decide by bucket; a token has those of its access key', async () => {
    const { access, app, reader, call, bearerOf } = await openNexusRunDb()
    await call(`POST ${KEY}`, app, 1)
    for (const authorization of [reader, await bearerOf(access.readerKey)]) {
      expect((await call(`GET ${KEY}`, authorization)).status).toBe(200)
      expect((await call('GET /buckets/notes/keys', authorization)).status).toBe(200)
      for (const route of [`POST ${KEY}`, `DELETE ${KEY}`, 'GET /buckets/notes'])
        expect((await call(route, authorization)).status).toBe(403)
      expect((await call('GET /buckets/notes/permissions', authorization)).status).toBe(403)
    }
    expect((await call(`GET ${KEY}`)).status).toBe(401)
  })

  it('open a bucket to everybody where * may read', async () => {
    const { app, call } = await openNexusRunDb()
    await call('POST /buckets/notices/keys/one', app, 1)
    expect((await call('GET /buckets/notices/keys/one')).status).toBe(200)
    expect((await call('POST /buckets/notices/keys/one')).status).toBe(401)
    expect((await call('GET /buckets/notices/keys/one', 'Bearer a.b.c')).status).toBe(401)
  })

  it('are given and taken by the Master key, or by a token of it', async () => {
    const { access, app, reader, call, bearerOf } = await openNexusRunDb()
    const authority = await bearerOf(access.masterKey)
    const grant = `/buckets/notes/permissions/delete_key/${access.readerKey}`
    await call(`POST ${KEY}`, app, 1)
    expect((await call(`POST ${grant}`, app)).status).toBe(403)
    expect((await call(`POST ${grant}`, authority)).status).toBe(200)
    const list = await (await call('GET /buckets/notes/permissions', authority)).json()
    expect(list.permissions).toContainEqual({
      accesskey: access.readerKey,
      permissions: ['read_key', 'list_all_keys', 'delete_key'],
    })
    expect((await call(`DELETE ${KEY}`, reader)).status).toBe(200)
    expect((await call(`DELETE ${grant}`, authority)).status).toBe(200)
    expect((await call(`DELETE ${KEY}`, reader)).status).toBe(403)
    expect((await call(`DELETE ${grant}`, authority)).status).toBe(404)
    expect((await call(`POST ${grant.replace('delete', 'eat')}`, authority)).status).toBe(400)
  })

  it('to rename buckets is the Master key’s', async () => {
    const { app, master, call } = await openNexusRunDb()
    const rename = 'POST /buckets/notes/rename'
    expect((await call(rename, app, { id: 'papers' })).status).toBe(403)
    expect((await call(rename, master, { id: 'notices' })).status).toBe(400)
    expect((await call(rename, master, { id: 'papers' })).status).toBe(200)
    expect((await call('GET /buckets/papers', app)).status).toBe(200)
  })
})

describe('the database', () => {
  it('answers a ping of every access key, and tells each of itself', async () => {
    const { access, app, reader, master, call } = await openNexusRunDb()
    expect((await call('GET /ping', reader)).status).toBe(200)
    expect((await call('GET /ping')).status).toBe(401)
    const about = (key: string, authorization: string) =>
      call(`GET /accesskeys/${key}`, authorization)
    expect(await (await about(access.accessKey, app)).json()).toMatchObject({ tags: ['app'] })
    expect((await about(access.readerKey, app)).status).toBe(403)
    expect((await about(access.readerKey, master)).status).toBe(200)
  })

  it('is known by its id alone, shows faults, and forgets on a reset', async () => {
    const { access, app, call, control } = await openNexusRunDb()
    const other = access.baseUrl.replace('emulated', 'other')
    expect((await fetch(`${other}/ping`, { headers: { authorization: app } })).status).toBe(404)
    control.fault({ status: 402, times: 1 })
    expect((await call('GET /ping', app)).status).toBe(402)
    await call(`POST ${KEY}`, app, 1)
    control.reset()
    expect((await call(`GET ${KEY}`, app)).status).toBe(404)
  })
})
