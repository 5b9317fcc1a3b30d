import { describe, expect, it } from 'vitest'
import { ada, insert, openSkyflow } from './open-skyflow.ts'

const post = (fields: object, more: object = {}) => ({
  method: 'POST',
  tableName: 'patients',
  quorum: true,
  fields,
  ...more,
})

describe('a batch', () => {
  it('inserts and reads back by reference, as the browser SDK asks', async () => {
    const skyflow = await openSkyflow()
    const read = (index: number) => ({
      method: 'GET',
      tableName: 'patients',
      ID: `$responses.${index}.records.0.skyflow_id`,
      tokenization: true,
    })
    const records = [post({ name: 'Ada' }), read(0), post({ name: 'Grace' }), read(2)]
    const response = await skyflow.call('POST /', { records })
    expect(response.status).toBe(200)
    const { vaultID, responses } = await response.json()
    expect(vaultID).toBe(skyflow.vaultId)
    const [ada, adaTokens, grace, graceTokens] = responses
    expect(ada).toEqual({ records: [{ skyflow_id: expect.any(String), tokens: null }] })
    expect(adaTokens.fields).toEqual({
      skyflow_id: ada.records[0].skyflow_id,
      name: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(graceTokens.fields.skyflow_id).toBe(grace.records[0].skyflow_id)
    expect(graceTokens.fields.name).not.toBe(adaTokens.fields.name)
  })

  it('runs every kind of operation', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const place = { tableName: 'patients', ID: record!.skyflow_id }
    const records = [
      { ...place, method: 'PUT', fields: { name: 'Ada King' }, tokenization: true },
      { ...place, method: 'GET', redaction: 'PLAIN_TEXT' },
      { ...place, method: 'DELETE' },
    ]
    const { responses } = await (await skyflow.call('POST /', { records })).json()
    expect(responses).toMatchObject([
      { skyflow_id: record!.skyflow_id, tokens: { ssn: record!.tokens['ssn'] } },
      { fields: { name: 'Ada King', ssn: '123-45-6789' } },
      { skyflow_id: record!.skyflow_id, deleted: true },
    ])
  })

  it('leaves nothing behind if one of its operations fails', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const remove = { method: 'DELETE', tableName: 'patients', ID: record!.skyflow_id }
    const records = [post({ name: 'Grace' }), remove, post({ nope: 'x' })]
    const response = await skyflow.call('POST /', { records })
    expect([response.status, (await response.json()).error.http_code]).toEqual([400, 400])
    const listed = await (await skyflow.call('GET /patients')).json()
    expect(listed.records).toHaveLength(1)
    const detokenization = { detokenizationParameters: [{ token: record!.tokens['ssn'] }] }
    expect((await skyflow.call('POST /detokenize', detokenization)).status).toBe(200)
  })

  it('told to go on answers 207 with a status and a body for each', async () => {
    const skyflow = await openSkyflow()
    const records = [
      post({ nope: 'x' }),
      post({ name: 'Ada' }, { tokenization: true, upsert: '' }),
      { method: 'GET', tableName: 'patients', ID: 'gone' },
      { method: 'GET', tableName: 'patients', ID: '$responses.1.records.0.skyflow_id' },
      { method: 'GET', tableName: 'patients', ID: '$responses.0.records.0.skyflow_id' },
      { method: 'DELETE', tableName: 'patients' },
    ]
    const response = await skyflow.call('POST /', { records, continueOnError: true })
    expect(response.status).toBe(207)
    const { responses } = await response.json()
    const statuses = responses.map(({ Status }: { Status: number }) => Status)
    expect(statuses).toEqual([400, 200, 404, 200, 400, 400])
    expect(responses[0].Body).toEqual({ error: expect.stringContaining('nope') })
    expect(responses[1].Body.records[0].tokens).toHaveProperty('name')
    expect(responses[3].Body.fields.skyflow_id).toBe(responses[1].Body.records[0].skyflow_id)
  })

  it('told to go on answers 200 when nothing failed', async () => {
    const skyflow = await openSkyflow()
    const body = { records: [post({ name: 'Ada' })], continueOnError: true }
    expect((await skyflow.call('POST /', body)).status).toBe(200)
  })

  it('of a method that is none, or of nothing, is refused', async () => {
    const skyflow = await openSkyflow()
    const patch = { method: 'PATCH', tableName: 'patients' }
    expect((await skyflow.call('POST /', { records: [patch] })).status).toBe(400)
    expect((await skyflow.call('POST /', { records: [] })).status).toBe(400)
  })
})
