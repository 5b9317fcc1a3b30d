import { describe, expect, it } from 'vitest'
import { ada, insert, type OpenSkyflow, openSkyflow } from './open-skyflow.ts'

async function send(
  skyflow: OpenSkyflow,
  path: string,
  form: Record<string, string | File>,
): Promise<Response> {
  const body = new FormData()
  for (const [name, value] of Object.entries(form)) body.set(name, value)
  const headers = { authorization: `Bearer ${await skyflow.bearer()}` }
  return fetch(`${skyflow.url}${path.replace('{vault}', skyflow.vaultId)}`, {
    method: 'POST',
    headers,
    body,
  })
}

const scan = () => new File(['a scan'], 'scan.txt', { type: 'text/plain' })
const place = { tableName: 'patients', columnName: 'scan' }

describe('a file', () => {
  it('is put into a record, had by its address without a bearer, deleted', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const skyflowID = record!.skyflow_id
    const sent = await send(skyflow, '/v2/vaults/{vault}/files/upload', {
      ...place,
      skyflowID,
      returnFileMetadata: 'true',
      file: scan(),
    })
    expect(await sent.json()).toEqual({
      skyflowID,
      fileMetadata: { fileName: 'scan.txt', fileSize: 6, contentType: 'text/plain' },
    })
    const read = async (query: string) =>
      (await (await skyflow.call(`GET /patients/${skyflowID}${query}`)).json()).fields.scan
    expect(await read('')).toBe('scan.txt')
    const answer = await fetch(await read('?downloadURL=true'))
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual([
      'text/plain',
      'a scan',
    ])
    const file = `/patients/${skyflowID}/files/scan`
    const status = await skyflow.call(`GET ${file}/scan-status`)
    expect(await status.json()).toEqual({ av_scan_status: 'SCAN_CLEAN' })
    const deleted = await skyflow.call(`DELETE ${file}`)
    expect(await deleted.json()).toEqual({ skyflow_id: skyflowID, deleted: true })
    expect(await read('')).toBe(null)
    expect((await skyflow.call(`GET ${file}/scan-status`)).status).toBe(404)
  })

  it('makes a record of its own where it names none', async () => {
    const skyflow = await openSkyflow()
    const upload = '/v2/vaults/{vault}/files/upload'
    const sent = await (await send(skyflow, upload, { ...place, file: scan() })).json()
    expect(sent.fileMetadata).toBe(null)
    const { fields } = await (await skyflow.call(`GET /patients/${sent.skyflowID}`)).json()
    expect(fields).toEqual({ skyflow_id: sent.skyflowID, scan: 'scan.txt' })
  })

  it('comes by the older route under the name of its column', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const path = `/v1/vaults/{vault}/patients/${record!.skyflow_id}/files`
    const sent = await send(skyflow, path, { scan: scan() })
    expect(await sent.json()).toEqual({ skyflow_id: record!.skyflow_id, tokens: null })
  })

  it.each<[string, Record<string, string | File>, number]>([
    ['a column of texts', { ...place, columnName: 'name', file: scan() }, 400],
    ['a table that is not there', { ...place, tableName: 'nope', file: scan() }, 400],
    ['a record that is not there', { ...place, skyflowID: 'nope', file: scan() }, 404],
    ['no file', place, 400],
  ])('for %s is refused', async (_, form, status) => {
    const skyflow = await openSkyflow()
    const answer = await send(skyflow, '/v2/vaults/{vault}/files/upload', form)
    expect(answer.status).toBe(status)
  })

  it('cannot be written as a field, and needs a form', async () => {
    const skyflow = await openSkyflow()
    const body = { records: [{ fields: { scan: 'scan.txt' } }] }
    expect((await skyflow.call('POST /patients', body)).status).toBe(400)
    const [record] = await insert(skyflow, ada)
    const answer = await skyflow.call(`POST /patients/${record!.skyflow_id}/files`, {})
    expect(answer.status).toBe(400)
  })
})

describe('a connection', () => {
  it('hands a request on with the values in place of its tokens', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const call = async (token: string) =>
      fetch(`${skyflow.url}${skyflow.connectionPath}/r1/pay`, {
        method: 'POST',
        headers: { 'x-skyflow-authorization': token },
        body: JSON.stringify({ payer: { ssn: record!.tokens['ssn'] }, notes: ['x'] }),
      })
    expect(await (await call(await skyflow.bearer())).json()).toEqual({
      received: { payer: { ssn: '123-45-6789' }, notes: ['x'] },
    })
    expect((await call('')).status).toBe(401)
  })
})

describe('the limit of 25 rows', () => {
  const many = <Item>(item: Item): Item[] => Array.from({ length: 26 }, () => item)

  it.each<[string, object]>([
    ['POST /patients', { records: many({ fields: { name: 'A' } }) }],
    ['POST /', { records: many({ method: 'POST', tableName: 'patients', fields: { name: 'A' } }) }],
    ['POST /detokenize', { detokenizationParameters: many({ token: 'x' }) }],
    ['POST /tokenize', { tokenizationParameters: many({ value: 'x', columnGroup: 'g' }) }],
    ['DELETE /patients', { skyflow_ids: many('x') }],
  ])('holds for %s', async (route, body) => {
    const answer = await (await openSkyflow()).call(route, body)
    expect([answer.status, (await answer.json()).error.message]).toEqual([
      400,
      expect.stringMatching(/takes 25 at most/),
    ])
  })
})
