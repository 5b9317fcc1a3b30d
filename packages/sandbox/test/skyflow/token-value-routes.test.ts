import { describe, expect, it } from 'vitest'
import { generateSignedDataTokensFromCreds } from 'skyflow-node'
import { ada, insert, type OpenSkyflow, openSkyflow } from './open-skyflow.ts'

interface Call {
  redaction?: string | undefined
  bearer?: string
  continueOnError?: boolean
}

async function detokenize(
  skyflow: OpenSkyflow,
  tokens: (string | undefined)[],
  { redaction, bearer, continueOnError }: Call = {},
): Promise<Response> {
  const detokenizationParameters = tokens.map((token) => ({ token, redaction }))
  return skyflow.call('POST /detokenize', { detokenizationParameters, continueOnError }, bearer)
}

async function valuesOf(response: Response): Promise<unknown[]> {
  expect(response.status).toBe(200)
  const { records } = await response.json()
  return records.map(({ value }: { value: unknown }) => value)
}

describe('detokenize', () => {
  it('answers each token at its place, with its value and type', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, { ...ada, visits: 3 })
    const { ssn, visits } = record!.tokens
    const response = await detokenize(skyflow, [visits, ssn, visits], { redaction: 'PLAIN_TEXT' })
    expect(await response.json()).toEqual({
      records: [
        { token: visits, valueType: 'INTEGER', value: 3, error: null },
        { token: ssn, valueType: 'STRING', value: '123-45-6789', error: null },
        { token: visits, valueType: 'INTEGER', value: 3, error: null },
      ],
    })
  })

  it.each([
    ['PLAIN_TEXT', ['Ada Lovelace', '123-45-6789', '1815-12-10', 'ada@example.org']],
    ['MASKED', ['A** L*******', 'XXX-XX-6789', '1815-XX-XX', 'a**@example.org']],
    ['REDACTED', ['*REDACTED*', '*REDACTED*', '*REDACTED*', '*REDACTED*']],
    ['DEFAULT', ['A** L*******', 'XXX-XX-6789', '1815-XX-XX', 'a**@example.org']],
    [undefined, ['A** L*******', 'XXX-XX-6789', '1815-XX-XX', 'a**@example.org']],
  ])('asked for %s shows it to a role that may see plain text', async (redaction, shown) => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const { name, ssn, date_of_birth, email } = record!.tokens
    const tokens = [name, ssn, date_of_birth, email]
    expect(await valuesOf(await detokenize(skyflow, tokens, { redaction }))).toEqual(shown)
  })

  it.each([
    ['PLAIN_TEXT', ['XXX-XX-6789', 'A** L*******', 3]],
    ['MASKED', ['XXX-XX-6789', 'A** L*******', 3]],
    ['REDACTED', ['*REDACTED*', '*REDACTED*', '*REDACTED*']],
    ['DEFAULT', ['XXX-XX-6789', 'A** L*******', 3]],
  ])('asked for %s shows a masking role no more than masked values', async (redaction, shown) => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, { ...ada, visits: 3 })
    const bearer = await skyflow.bearer([skyflow.maskedRoleId])
    const { ssn, name, visits } = record!.tokens
    const response = await detokenize(skyflow, [ssn, name, visits], { redaction, bearer })
    expect(await valuesOf(response)).toEqual(shown)
  })

  it('shows plain text to a token without a scope, which has every role', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const call = { redaction: 'PLAIN_TEXT', bearer: await skyflow.bearer() }
    expect(await valuesOf(await detokenize(skyflow, [record!.tokens['ssn']], call))).toEqual([
      '123-45-6789',
    ])
  })

  it('fails as a whole with 404 for one unknown token', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const response = await detokenize(skyflow, [record!.tokens['ssn'], 'unknown'])
    expect(response.status).toBe(404)
    expect((await response.json()).error).toMatchObject({ grpc_code: 5, http_code: 404 })
  })

  it('answers 207 with the error in its slot when told to go on', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const token = record!.tokens['ssn']
    const call = { continueOnError: true, redaction: 'PLAIN_TEXT' }
    const response = await detokenize(skyflow, ['unknown', token], call)
    expect([response.status, await response.json()]).toEqual([
      207,
      {
        records: [
          { token: 'unknown', valueType: 'NONE', value: null, error: 'Token Not Found' },
          { token, valueType: 'STRING', value: '123-45-6789', error: null },
        ],
      },
    ])
    expect((await detokenize(skyflow, [token], call)).status).toBe(200)
  })

  it.each([
    [{}, 'detokenizationParameters'],
    [{ detokenizationParameters: [] }, 'detokenizationParameters'],
    [{ detokenizationParameters: [{ token: 1 }] }, 'detokenizationParameters.0.token'],
    [{ detokenizationParameters: [{ token: 'a', redaction: 'FULL' }] }, '0.redaction'],
  ])('refuses %j with 400', async (body, words) => {
    const response = await (await openSkyflow()).call('POST /detokenize', body)
    expect([response.status, (await response.json()).error.message]).toEqual([
      400,
      expect.stringContaining(words),
    ])
  })

  it('knows a token no more once its last record is gone', async () => {
    const skyflow = await openSkyflow()
    const [one, other] = await insert(skyflow, { name: 'Ada' }, { name: 'Ada' })
    const token = one!.tokens['name']
    expect(other!.tokens['name']).toBe(token)
    await skyflow.call(`DELETE /patients/${one!.skyflow_id}`)
    expect((await detokenize(skyflow, [token])).status).toBe(200)
    await skyflow.call(`DELETE /patients/${other!.skyflow_id}`)
    expect((await detokenize(skyflow, [token])).status).toBe(404)
  })
})

describe('a signed data token', () => {
  const sign = async (skyflow: OpenSkyflow, token: string, timeToLive = 60) => {
    const credentials = JSON.stringify(skyflow.credentials)
    const options = { dataTokens: [token], timeToLive }
    const signed: unknown = await generateSignedDataTokensFromCreds(credentials, options)
    return (signed as { signedToken: string }[])[0]!.signedToken
  }

  it('stands for its data token until it expires', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const signed = await sign(skyflow, record!.tokens['ssn']!)
    const bearer = await skyflow.bearer()
    const call = { redaction: 'PLAIN_TEXT', bearer }
    expect(await valuesOf(await detokenize(skyflow, [signed], call))).toEqual(['123-45-6789'])
    skyflow.control.fault({ clockOffsetMs: 61_000 })
    expect((await detokenize(skyflow, [signed], call)).status).toBe(400)
  })

  it('with another signature is refused', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, ada)
    const signed = await sign(skyflow, record!.tokens['ssn']!)
    const [head, claims] = signed.split('.')
    const other = (await skyflow.bearer()).split('.')[2]
    expect((await detokenize(skyflow, [`${head}.${claims}.${other}`])).status).toBe(400)
  })
})

describe('tokenize', () => {
  const tokenize = (skyflow: OpenSkyflow, value: string, columnGroup: string) =>
    skyflow.call('POST /tokenize', { tokenizationParameters: [{ value, columnGroup }] })

  it('answers the tokens that values have already', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, { ...ada, visits: 3 })
    const { ssn, visits } = record!.tokens
    const response = await tokenize(skyflow, '123-45-6789', 'patients_ssn')
    expect(await response.json()).toEqual({ records: [{ token: ssn }] })
    const number = await tokenize(skyflow, '3', 'patients_visits')
    expect(await number.json()).toEqual({ records: [{ token: visits }] })
  })

  it('answers 404 for a value that has none, in this group', async () => {
    const skyflow = await openSkyflow()
    await insert(skyflow, ada)
    expect((await tokenize(skyflow, '000', 'patients_ssn')).status).toBe(404)
    expect((await tokenize(skyflow, '123-45-6789', 'patients_name')).status).toBe(404)
  })
})
