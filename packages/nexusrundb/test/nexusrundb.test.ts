import { inspect } from 'node:util'
import { isTokenError } from '@valetkey/client'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createNexusRunDb, isNexusRunDbError } from '../src/index.ts'
import { rejectionOf } from './setup.ts'
import { asMaster, BOTH_WAYS, createWorld, direct, proxied } from './world.ts'

describe.each(BOTH_WAYS)('a database %s', (_, options) => {
  it('answers, keeps values, gives them back, renames and deletes', async () => {
    const { db } = await createWorld(options)
    await db.ping()
    await db.write('notes', { key: 'Grüße & 1?', value: { text: 'first' } })
    await db.write('notes', { key: 'Grüße & 1?', value: { text: 'zwölf' } })
    expect(await db.read('notes', 'Grüße & 1?')).toEqual({ text: 'zwölf' })
    await db.rename('notes', { key: 'Grüße & 1?', newKey: 'two' })
    expect(await db.read('notes', 'two')).toEqual({ text: 'zwölf' })
    await db.delete('notes', 'two')
    expect(await rejectionOf(db.read('notes', 'two'))).toMatchObject({
      code: 'not_found',
      status: 404,
    })
  })

  it('lists by page and by filter, and all', async () => {
    const { db } = await createWorld(options)
    const ids = Array.from({ length: 27 }, (_, i) => `k-${String(i).padStart(2, '0')}`)
    for (const id of ids) await db.write('notes', { key: id, value: { text: id } })
    expect(await db.list('notes')).toEqual({ keys: ids.slice(0, 25), page: 1, mayHaveMore: true })
    const second = { keys: ids.slice(25), page: 2, mayHaveMore: false }
    expect(await db.list('notes', { page: 2 })).toEqual(second)
    const { keys } = await db.list('notes', { pageSize: 2, filter: { suffix: '7' } })
    expect(keys).toEqual(['k-07', 'k-17'])
    const all = async (pageSize: number) => {
      const found: string[] = []
      for await (const key of db.keys('notes', { pageSize, filter: { prefix: 'k' } }))
        found.push(key)
      return found
    }
    expect(await all(10)).toEqual(ids)
    expect(await all(27)).toEqual(ids)
    expect(await all(1000)).toEqual(ids)
  })

  it('tells who may not, who comes too late, and what is not paid', async () => {
    const { db, sandbox } = await createWorld(
      options,
      ({ nexusrundb: { readerKey, readerSecret } }) => ({
        accessKey: readerKey,
        accessSecret: readerSecret,
      }),
    )
    expect(await rejectionOf(db.write('notes', { key: 'one', value: { text: '' } }))).toMatchObject(
      {
        code: 'forbidden',
        status: 403,
        retryable: false,
        uncertain: false,
      },
    )
    sandbox.nexusrundbControl.fault({ status: 402, path: '/databases/emulated/buckets/*' })
    expect(await rejectionOf(db.read('notes', 'one'))).toMatchObject({ code: 'license_inactive' })
  })

  it('renews a token that the database refuses, and goes on', async () => {
    const { db, sandbox } = await createWorld(options)
    await db.ping()
    sandbox.nexusrundbControl.fault({ status: 401, path: '/databases/emulated/ping', times: 1 })
    await expect(db.ping()).resolves.toBeUndefined()
  })

  it('tells a database that refuses fresh tokens too as unauthorized', async () => {
    const { db, sandbox } = await createWorld(options)
    sandbox.nexusrundbControl.fault({ status: 401, path: '/databases/emulated/ping' })
    expect(await rejectionOf(db.ping())).toMatchObject({ code: 'unauthorized', status: 401 })
  })

  it('tells of an id that is taken', async () => {
    const { db } = await createWorld(options)
    await db.write('notes', { key: 'one', value: { text: '1' } })
    await db.write('notes', { key: 'two', value: { text: '2' } })
    const error = await rejectionOf(db.rename('notes', { key: 'one', newKey: 'two' }))
    expect(error).toMatchObject({ code: 'conflict', status: 400 })
    expect(await db.read('notes', 'one')).toEqual({ text: '1' })
  })

  it.each([
    [{ status: 429 }, { code: 'rate_limited', retryable: true, uncertain: false }],
    [{ status: 500 }, { code: 'vault_error', retryable: false, uncertain: true }],
    [{ status: 503 }, { code: 'vault_unavailable', retryable: true, uncertain: true }],
    [{ body: 'html' as const }, { code: 'malformed_answer', uncertain: true }],
    [{ body: 'truncated' as const }, { code: 'vault_unreachable', uncertain: true }],
  ])('tells the fault %o of a write, without a second try', async (fault, expected) => {
    const { db, sandbox, requestsTo } = await createWorld(options)
    sandbox.nexusrundbControl.fault({ ...fault, path: '/databases/emulated/buckets/*' })
    const error = await rejectionOf(db.write('notes', { key: 'one', value: { text: 'canary' } }))
    expect(isNexusRunDbError(error)).toBe(true)
    expect(error).toMatchObject(expected)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary|gateway<|eyJ/i)
    expect(requestsTo(/keys\/one/)).toBe(1)
  })

  it('tries a read once more', async () => {
    const { db, sandbox } = await createWorld(options)
    await db.write('notes', { key: 'one', value: { text: '1' } })
    sandbox.nexusrundbControl.fault({
      status: 503,
      path: '/databases/emulated/buckets/*',
      times: 1,
    })
    expect(await db.read('notes', 'one')).toEqual({ text: '1' })
  })

  it('gives a caller who gives up the reason of its own', async () => {
    const { db, sandbox } = await createWorld(options)
    sandbox.nexusrundbControl.fault({ delayMs: 60_000, path: '/databases/emulated/ping' })
    const signal = AbortSignal.timeout(100)
    expect(await rejectionOf(db.ping({ signal }))).toMatchObject({ name: 'TimeoutError' })
  })
})

describe('the Master key', () => {
  it('changes buckets and permissions, through the broker unless both sides say otherwise', async () => {
    const { db, client, sandbox } = await createWorld(proxied, asMaster)
    const { readerKey: accessKey, bucket } = sandbox.nexusrundb
    const grant = { accessKey, permission: 'delete_key' } as const
    await db.permissions.add(bucket, grant)
    const { permissions } = await db.permissions.list(bucket)
    expect(permissions).toContainEqual({
      accessKey,
      permissions: ['read_key', 'list_all_keys', 'delete_key'],
    })
    await db.permissions.remove(bucket, grant)
    expect(await rejectionOf(db.permissions.remove(bucket, grant))).toMatchObject({
      code: 'not_found',
    })
    expect(await rejectionOf(db.renameBucket(bucket, 'notices'))).toMatchObject({
      code: 'conflict',
    })
    await db.renameBucket(bucket, 'papers')
    expect((await db.permissions.list('papers', { pageSize: 1 })).mayHaveMore).toBe(true)
    expect(await db.accessKey(accessKey)).toEqual({ tags: ['reader'], canListAllBuckets: false })
    const error = await rejectionOf(client.getToken('notes'))
    expect(isTokenError(error) && error.code).toBe('token_withheld')
  })

  it('mints for lesser access keys, whose tokens administer nothing', async () => {
    const { db } = await createWorld(direct, (sandbox) => ({
      ...asMaster(sandbox),
      allowFullAuthority: false,
      forAccessKey: sandbox.nexusrundb.readerKey,
    }))
    expect(await db.list('notes')).toMatchObject({ keys: [] })
    expect(await rejectionOf(db.permissions.list('notes'))).toMatchObject({ code: 'forbidden' })
    expect(await rejectionOf(db.write('notes', { key: 'one', value: { text: '' } }))).toMatchObject(
      {
        code: 'forbidden',
      },
    )
  })
})

describe('what is not sent', () => {
  it('are ids, pages, filters and values that the database would refuse', async () => {
    const { db, calls, requestsTo } = await createWorld(direct)
    const loose = db as never as Record<string, (...all: unknown[]) => Promise<unknown>>
    const long = 'ü'.repeat(126)
    for (const [name, ...all] of [
      ['read', 'notes', long],
      ['read', 'notes', 'a/b'],
      ['read', 'notes', ''],
      ['read', 'notes', '..'],
      ['read', 'notes', '\ud800'],
      ['read', 'notes', undefined],
      ['read', 'ü'.repeat(65), 'one'],
      ['read', '.', 'one'],
      ['rename', 'notes', { key: 'one', newKey: long }],
      ['renameBucket', 'notes', 'ü'.repeat(65)],
      ['list', 'notes', { pageSize: 1001 }],
      ['list', 'notes', { page: 0 }],
      ['list', 'notes', { filter: { prefix: 'a', suffix: 'b' } }],
      ['list', 'notes', { filter: { prefix: '' } }],
      ['list', 'notes', { filter: { regex: 'a' } }],
      ['write', 'notes', { key: 'one', value: undefined }],
      ['write', 'notes', { key: 'one', value: { big: 1n } }],
      ['accessKey', ''],
    ] as [string, ...unknown[]][])
      expect(await rejectionOf(loose[name]?.(...all) as Promise<unknown>)).toMatchObject({
        code: 'invalid_argument',
      })
    const grant = { accessKey: 'ak', permission: 'everything' } as never
    expect(await rejectionOf(db.permissions.add('notes', grant))).toMatchObject({
      code: 'invalid_argument',
    })
    expect([calls.length, requestsTo(/./)]).toEqual([0, 0])
    await db.write('notes', { key: 'ü'.repeat(125), value: { text: 'just fits' } })
  })

  it('are values that do not fit the schema of their bucket, and what is read is checked too', async () => {
    const { client, requestsTo, db } = await createWorld(direct)
    const buckets = { notes: v.object({ text: v.pipe(v.string(), v.trim()) }) }
    const checked = createNexusRunDb({ client, audience: 'notes', buckets })
    const error = await rejectionOf(
      checked.write('notes', { key: 'one', value: { text: 7 } as never }),
    )
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(/at text/),
    })
    expect(requestsTo(/keys/)).toBe(0)
    await checked.write('notes', { key: 'one', value: { text: ' trimmed ' } })
    expect(await checked.read('notes', 'one')).toEqual({ text: 'trimmed' })
    await db.write('notes', { key: 'two', value: 'canary' as never })
    const misfit = await rejectionOf(checked.read('notes', 'two'))
    expect(misfit).toMatchObject({ code: 'malformed_answer' })
    expect(String(misfit)).not.toContain('canary')
  })

  it('is a call by an `api` or a deadline that cannot be', async () => {
    const { client } = await createWorld(direct)
    for (const options of [
      { deadlineMs: 0 },
      { api: { read: 'buckets/{bucket}' } },
      { api: { read: 'GET /buckets/{bucket}' } },
      { api: { read: 'GET ../{bucket}/../../x y' } },
      { api: { newIdField: 'a b' } },
      { api: { keysIn: 'keys' } },
      { api: { reed: 'GET a' } },
    ])
      expect(() => createNexusRunDb({ client, audience: 'notes', ...options } as never)).toThrow(
        expect.objectContaining({ code: 'config' }),
      )
  })
})
