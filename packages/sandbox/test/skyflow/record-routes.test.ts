import { describe, expect, it } from 'vitest'
import { ada, insert, type OpenSkyflow, openSkyflow } from './open-skyflow.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/

async function messageOf(response: Response): Promise<[number, string]> {
  return [response.status, (await response.json()).error.message]
}

async function fieldsOf(response: Response): Promise<Record<string, unknown>[]> {
  expect(response.status).toBe(200)
  const { records } = await response.json()
  return records.map(({ fields }: { fields: Record<string, unknown> }) => fields)
}

const insertRaw = (skyflow: OpenSkyflow, body: unknown) => skyflow.call('POST /patients', body)

describe('insert', () => {
  it('answers an id per record, tokens only if asked for', async () => {
    const skyflow = await openSkyflow()
    const records = [{ fields: { name: 'Ada' } }, { fields: { name: 'Grace' } }]
    const response = await insertRaw(skyflow, { records })
    expect(await response.json()).toEqual({
      records: [
        { skyflow_id: expect.any(String), tokens: null },
        { skyflow_id: expect.any(String), tokens: null },
      ],
    })
    const [record] = await insert(skyflow, ada)
    expect(Object.keys(record!.tokens)).toEqual(Object.keys(ada))
    expect(record!.tokens['ssn']).toMatch(UUID)
  })

  it('gives the same value of a column the same token, but no other column', async () => {
    const skyflow = await openSkyflow()
    const [one, other] = await insert(skyflow, { name: 'Ada', phone: 'Ada' }, { name: 'Ada' })
    expect(other!.tokens['name']).toBe(one!.tokens['name'])
    expect(one!.tokens['phone']).not.toBe(one!.tokens['name'])
  })

  it('stores null without a token', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, { name: 'Ada', email: null })
    expect(Object.keys(record!.tokens)).toEqual(['name'])
  })

  it('is whole or not at all', async () => {
    const skyflow = await openSkyflow()
    const records = [{ fields: { name: 'Ada' } }, { fields: { nope: 'x' } }]
    const response = await insertRaw(skyflow, { records })
    expect(await messageOf(response)).toEqual([400, expect.stringContaining('nope')])
    expect(await fieldsOf(await skyflow.call('GET /patients'))).toEqual([])
  })

  it.each([
    ['a body without records', {}, 'records'],
    ['no records', { records: [] }, 'records'],
    ['a record without fields', { records: [{}] }, 'records.0.fields'],
    ['empty fields', { records: [{ fields: {} }] }, 'Fields are empty'],
    ['a number for text', { records: [{ fields: { name: 1 } }] }, 'name takes a STRING'],
    ['a fraction for a whole number', { records: [{ fields: { visits: 1.5 } }] }, 'INTEGER'],
    [
      'tokens without byot',
      { records: [{ fields: { name: 'a' }, tokens: { name: 't' } }] },
      'byot',
    ],
    [
      'an upsert without a value',
      { records: [{ fields: { name: 'a' } }], upsert: 'patient_id' },
      'patient_id',
    ],
    [
      'an upsert by a column that is not unique',
      { records: [{ fields: { name: 'a' } }], upsert: 'name' },
      'not unique',
    ],
  ])('of %s is refused with 400', async (_, body, words) => {
    const response = await insertRaw(await openSkyflow(), body)
    expect(await messageOf(response)).toEqual([400, expect.stringContaining(words)])
  })

  it('into a table that is none is refused by its name', async () => {
    const skyflow = await openSkyflow()
    const response = await skyflow.call('POST /nope', { records: [{ fields: { a: 'b' } }] })
    const message = `Object Name nope was not found for Vault ${skyflow.vaultId}`
    expect(await messageOf(response)).toEqual([400, message])
  })

  it('of a value that a unique column has already is refused with 409', async () => {
    const skyflow = await openSkyflow()
    await insert(skyflow, ada)
    const response = await insertRaw(skyflow, { records: [{ fields: ada }] })
    expect(await messageOf(response)).toEqual([409, expect.stringContaining('patient_id')])
  })

  it('with upsert changes the record that has the value', async () => {
    const skyflow = await openSkyflow()
    const [known] = await insert(skyflow, ada)
    const records = [
      { fields: { patient_id: 'P-1001', name: 'Ada King' } },
      { fields: { patient_id: 'P-2', name: 'Grace' } },
    ]
    const response = await insertRaw(skyflow, { records, upsert: 'patient_id' })
    const [upserted, added] = (await response.json()).records
    expect(upserted.skyflow_id).toBe(known!.skyflow_id)
    expect(added.skyflow_id).not.toBe(known!.skyflow_id)
    const [fields] = await fieldsOf(await skyflow.call('GET /patients?redaction=PLAIN_TEXT'))
    expect(fields).toMatchObject({ name: 'Ada King', ssn: '123-45-6789' })
  })

  it('takes tokens of the caller with byot, unless they stand for something else', async () => {
    const skyflow = await openSkyflow()
    const bring = (name: string, byot: string, tokens: object) =>
      insertRaw(skyflow, { records: [{ fields: { name }, tokens }], tokenization: true, byot })
    const response = await bring('Ada', 'ENABLE', { name: 'mine' })
    expect((await response.json()).records[0].tokens).toEqual({ name: 'mine' })
    expect((await bring('Grace', 'ENABLE', { name: 'mine' })).status).toBe(400)
    expect((await bring('Grace', 'ENABLE_STRICT', {})).status).toBe(400)
    expect((await bring('Grace', 'ENABLE', { phone: 'x' })).status).toBe(400)
  })
})

describe('get', () => {
  it('by ids answers those that are there, each with its id', async () => {
    const skyflow = await openSkyflow()
    const [one, other] = await insert(skyflow, { name: 'Ada' }, { name: 'Grace' })
    const ids = `skyflow_ids=${other!.skyflow_id}&skyflow_ids=${one!.skyflow_id}&skyflow_ids=gone`
    const response = await skyflow.call(`GET /patients?${ids}&redaction=PLAIN_TEXT`)
    expect(await fieldsOf(response)).toEqual([
      { skyflow_id: one!.skyflow_id, name: 'Ada' },
      { skyflow_id: other!.skyflow_id, name: 'Grace' },
    ])
  })

  it('of ids of which none is there answers 404', async () => {
    const response = await (await openSkyflow()).call('GET /patients?skyflow_ids=gone')
    expect(await messageOf(response)).toEqual([404, 'No Records Found'])
  })

  it('by a unique column finds every value named', async () => {
    const skyflow = await openSkyflow()
    await insert(skyflow, ada, { patient_id: 'P 2/ü', name: 'Grace' }, { patient_id: 'P-3' })
    const values = ['P-1001', 'P 2/ü'].map((text) => `column_values=${encodeURIComponent(text)}`)
    const query = `column_name=patient_id&${values.join('&')}&fields=name&redaction=PLAIN_TEXT`
    const found = await fieldsOf(await skyflow.call(`GET /patients?${query}`))
    expect(found.map(({ name }) => name)).toEqual(['Ada Lovelace', 'Grace'])
    expect(Object.keys(found[0]!)).toEqual(['name', 'skyflow_id'])
  })

  it.each([
    ['skyflow_ids=a&column_name=patient_id&column_values=b', 'not both'],
    ['column_name=patient_id', 'column_values'],
    ['column_values=b', 'column_name'],
    ['column_name=name&column_values=b', 'not unique'],
    ['column_name=nope&column_values=b', 'nope'],
    ['limit=26', 'limit'],
    ['limit=0', 'limit'],
    ['limit=x', 'limit'],
    ['redaction=FULL', 'redaction'],
    ['tokenization=maybe', 'tokenization'],
    [Array.from({ length: 26 }, (_, index) => `skyflow_ids=${index}`).join('&'), '25'],
  ])('of ?%s is refused with 400', async (query, words) => {
    const response = await (await openSkyflow()).call(`GET /patients?${query}`)
    expect(await messageOf(response)).toEqual([400, expect.stringContaining(words)])
  })

  it('pages through a table, 25 records at most', async () => {
    const skyflow = await openSkyflow()
    const names = Array.from({ length: 30 }, (_, index) => `N${index}`)
    const records = names.map((name) => ({ name }))
    await insert(skyflow, ...records.slice(0, 25))
    await insert(skyflow, ...records.slice(25))
    const page = async (query: string) =>
      (await fieldsOf(await skyflow.call(`GET /patients?redaction=PLAIN_TEXT&${query}`))).map(
        ({ name }) => name,
      )
    expect(await page('')).toEqual(names.slice(0, 25))
    expect(await page('offset=25')).toEqual(names.slice(25))
    expect(await page('offset=3&limit=2')).toEqual(['N3', 'N4'])
    expect(await page('offset=30')).toEqual([])
  })

  it('orders by id when asked', async () => {
    const skyflow = await openSkyflow()
    const ids = (await insert(skyflow, { name: 'a' }, { name: 'b' }, { name: 'c' }))
      .map(({ skyflow_id }) => skyflow_id)
      .toSorted()
    const ordered = async (order: string) =>
      (await fieldsOf(await skyflow.call(`GET /patients?order_by=${order}`))).map(
        ({ skyflow_id }) => skyflow_id,
      )
    expect(await ordered('ASCENDING')).toEqual(ids)
    expect(await ordered('DESCENDING')).toEqual(ids.toReversed())
  })

  it('answers tokens in place of values when asked for them', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const response = await skyflow.call(`GET /patients/${record!.skyflow_id}?tokenization=true`)
    const { fields } = await response.json()
    expect(fields).toEqual({ skyflow_id: record!.skyflow_id, ...record!.tokens })
  })

  it('shows each column as its default says, redacted where it says so', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, { ...ada, diagnosis: 'none', visits: 3 })
    const response = await skyflow.call(`GET /patients/${record!.skyflow_id}`)
    expect((await response.json()).fields).toEqual({
      skyflow_id: record!.skyflow_id,
      patient_id: 'P-1001',
      name: 'A** L*******',
      ssn: 'XXX-XX-6789',
      date_of_birth: '1815-XX-XX',
      email: 'a**@example.org',
      diagnosis: '*REDACTED*',
      visits: 3,
    })
  })

  it('never shows a masking role plain text', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, { ...ada, visits: 3 })
    const bearer = await skyflow.bearer([skyflow.maskedRoleId])
    const path = `GET /patients/${record!.skyflow_id}?redaction=PLAIN_TEXT`
    const { fields } = await (await skyflow.call(path, undefined, bearer)).json()
    expect(fields).toMatchObject({ patient_id: 'P-1001', ssn: 'XXX-XX-6789', visits: 3 })
  })
})

describe('update', () => {
  it('changes the fields named and leaves the others', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const path = `/patients/${record!.skyflow_id}`
    const body = { record: { fields: { name: 'Ada King', email: null } }, tokenization: true }
    const { skyflow_id, tokens } = await (await skyflow.call(`PUT ${path}`, body)).json()
    expect(skyflow_id).toBe(record!.skyflow_id)
    expect(tokens['name']).not.toBe(record!.tokens['name'])
    expect(tokens['ssn']).toBe(record!.tokens['ssn'])
    expect(tokens).not.toHaveProperty('email')
    const response = await skyflow.call(`GET ${path}?redaction=PLAIN_TEXT`)
    expect((await response.json()).fields).toMatchObject({
      name: 'Ada King',
      ssn: '123-45-6789',
      email: null,
    })
  })

  it('of a record that is not there answers 404; of a value that is taken, 409', async () => {
    const skyflow = await openSkyflow()
    const change = (id: string, fields: object) =>
      skyflow.call(`PUT /patients/${id}`, { record: { fields } })
    expect((await change('gone', { name: 'x' })).status).toBe(404)
    const [, other] = await insert(skyflow, ada, { patient_id: 'P-2' })
    expect((await change(other!.skyflow_id, { patient_id: 'P-1001' })).status).toBe(409)
    expect((await change(other!.skyflow_id, { patient_id: 'P-2' })).status).toBe(200)
  })
})

describe('delete', () => {
  it('removes one record, with a stray body or none', async () => {
    const skyflow = await openSkyflow()
    const [one, other] = await insert(skyflow, { name: 'Ada' }, { name: 'Grace' })
    for (const [id, body] of [
      [one!.skyflow_id, {}],
      [other!.skyflow_id, undefined],
    ] as const) {
      const response = await skyflow.call(`DELETE /patients/${id}`, body)
      expect(await response.json()).toEqual({ skyflow_id: id, deleted: true })
    }
    expect((await skyflow.call(`DELETE /patients/${one!.skyflow_id}`)).status).toBe(404)
  })

  it('removes many at once, all or none', async () => {
    const skyflow = await openSkyflow()
    const ids = (await insert(skyflow, { name: 'a' }, { name: 'b' }, { name: 'c' })).map(
      ({ skyflow_id }) => skyflow_id,
    )
    const remove = (skyflow_ids: string[]) => skyflow.call('DELETE /patients', { skyflow_ids })
    expect((await remove([ids[0]!, 'gone'])).status).toBe(404)
    expect(await (await remove(ids.slice(0, 2))).json()).toEqual({
      RecordIDResponse: ids.slice(0, 2),
    })
    expect(await (await remove(['*'])).json()).toEqual({ RecordIDResponse: ids.slice(2) })
    expect(await fieldsOf(await skyflow.call('GET /patients'))).toEqual([])
  })
})
