import type { RequestListener } from 'node:http'
import { createTokenClient } from '@valetkey/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSkyflowVault, type SkyflowVault } from '../../src/index.ts'
import { json, rejectionOf, serverThat } from '../setup.ts'

/** A vault that gives one answer to whatever it is asked. */
async function vaultThat(answer: RequestListener): Promise<SkyflowVault> {
  const { url } = await serverThat(answer)
  const client = createTokenClient(async ({ tokens }) => ({
    server_time: Date.now(),
    session: 's',
    tokens: tokens.map(({ id, audience }) => ({
      id,
      audience,
      token_id: '1',
      access_token: 'bearer',
      token_type: 'Bearer',
      expires_in: 60,
      resource: `${url}/`,
    })),
  }))
  onTestFinished(() => client.dispose())
  return createSkyflowVault({ client, audience: 'cards', vaultId: 'v1' })
}

const revealed = (token: string, value: unknown, error: unknown = null) => ({
  token,
  value,
  valueType: 'STRING',
  error,
})
const PLAIN = { continueOnError: true } as const

describe('values of tokens', () => {
  it('stand at the place of their token, however the vault orders them', async () => {
    const records = [
      revealed('t2', 'b'),
      revealed('t3', null, 'Token Not Found'),
      revealed('t1', 'a'),
    ]
    const vault = await vaultThat(json(207, { records }))
    expect(await vault.detokenize(['t1', 't2', 't1', 't3'], PLAIN)).toMatchObject([
      { ok: true, value: { token: 't1', value: 'a' } },
      { ok: true, value: { token: 't2', value: 'b' } },
      { ok: true, value: { token: 't1', value: 'a' } },
      { ok: false, error: { code: 'not_found', reason: 'Token Not Found' } },
    ])
  })

  it('keep their own redactions, where one token is asked for twice', async () => {
    const records = [revealed('t1', 'plain'), revealed('t1', 'XXXX')]
    const vault = await vaultThat(json(200, { records }))
    const values = await vault.detokenize(['t1', { token: 't1', redaction: 'MASKED' }])
    expect(values.map(({ value }) => value)).toEqual(['plain', 'XXXX'])
  })

  it('are not taken if one is missing, and an error is never taken for a value', async () => {
    const vault = await vaultThat(
      json(200, { records: [revealed('t1', 'a', 'No'), revealed('x', 'b')] }),
    )
    expect(await rejectionOf(vault.detokenize(['t1', 't2']))).toMatchObject({
      code: 'malformed_answer',
    })
    expect(await rejectionOf(vault.detokenize('t1'))).toMatchObject({ code: 'not_found' })
  })
})

describe('answers to insertions', () => {
  const written = (id: string) => ({ skyflow_id: id, tokens: null })

  it.each([
    ['fewer records than were sent', { records: [written('a')] }],
    ['records without ids', { records: [written('a'), { tokens: null }] }],
    ['no records', {}],
  ])('with %s are not taken, and the write is uncertain', async (_, content) => {
    const vault = await vaultThat(json(200, content))
    expect(await rejectionOf(vault.insert('cards', [{ a: 1 }, { a: 2 }]))).toMatchObject({
      code: 'malformed_answer',
      uncertain: true,
    })
  })

  it('each for itself are read with and without a status of their own', async () => {
    const responses = [
      { Body: { records: [written('a')] }, Status: 200 },
      { Body: { error: 'No such column' }, Status: 400 },
      { records: [written('b')] },
      { error: 'No such column' },
    ]
    const vault = await vaultThat(json(207, { vaultID: 'v1', responses }))
    const outcomes = await vault.insert('cards', [{}, {}, {}, {}], PLAIN)
    expect(outcomes).toMatchObject([
      { ok: true, value: { id: 'a' } },
      { ok: false, error: { code: 'invalid_request', status: 400, reason: 'No such column' } },
      { ok: true, value: { id: 'b' } },
      { ok: false, error: { code: 'invalid_request' } },
    ])
    expect(await rejectionOf(vault.insert('cards', [{}], PLAIN))).toMatchObject({
      code: 'malformed_answer',
    })
  })
})

describe('other answers', () => {
  it('that say nothing was deleted are not taken for a deletion', async () => {
    const vault = await vaultThat(json(200, { skyflow_id: 'a', deleted: false }))
    expect(await rejectionOf(vault.delete('cards', 'a'))).toMatchObject({
      code: 'malformed_answer',
    })
  })

  it('with records without ids are not taken', async () => {
    const vault = await vaultThat(json(200, { fields: { card_number: '4' } }))
    expect(await rejectionOf(vault.get('cards', 'a'))).toMatchObject({ code: 'malformed_answer' })
  })
})
