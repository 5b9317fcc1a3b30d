import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createDataTokenSigner } from '../src/index.ts'
import { html, json, rejectionOf, serverThat } from './setup.ts'
import { createWorld } from './world.ts'

const headers = (user: string) => () => ({ authorization: `Bearer ${user}` })

describe('data tokens that the broker signs', () => {
  it('open their values, in the order asked for, however many', async () => {
    const asked: number[] = []
    const world = await createWorld({
      minter: {
        signedDataTokens: {
          allow: ({ subject }, { length }) => subject === 'ada' && !!asked.push(length),
        },
      },
    })
    const { vault, broker } = world
    const records = Array.from({ length: 30 }, (_, i) => ({
      patient_id: `P-${i}`,
      name: `Nº ${i}`,
    }))
    const written = await vault.insert('patients', records, { continueOnError: true })
    const tokens = written.map((one) => (one.ok ? (one.value.tokens?.name ?? '') : ''))
    const sign = createDataTokenSigner({ broker, audience: 'patients', headers: headers('ada') })
    const signed = await sign(tokens, { lifetimeMs: 30_000 })
    expect(asked).toEqual([25, 5])
    expect(signed.every((one) => one.startsWith('signed_token_'))).toBe(true)
    const values = await vault.detokenize(signed, { redaction: 'PLAIN_TEXT' })
    expect(values.map(({ value }) => value)).toEqual(records.map(({ name }) => name))
    expect(await sign([])).toEqual([])
  })

  it('are refused to a user who may not have them, by a typed error that holds none', async () => {
    const { broker } = await createWorld({ minter: { signedDataTokens: { allow: () => false } } })
    const sign = createDataTokenSigner({ broker, audience: 'patients', headers: headers('eve') })
    const error = await rejectionOf(sign(['canary-token']))
    expect(error).toMatchObject({
      code: 'broker_refused',
      status: 403,
      reason: 'invalid_target',
      requestId: expect.any(String),
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
  })

  it.each([
    ['for other data tokens', [{ data_token: 'other', signed_token: 'signed_token_x' }]],
    ['too few', []],
  ])('are not taken where they are %s', async (_, signed_data_tokens) => {
    const { url } = await serverThat(json(200, { result: { signed_data_tokens } }))
    const sign = createDataTokenSigner({ broker: url, audience: 'patients' })
    expect(await rejectionOf(sign(['mine']))).toMatchObject({ code: 'malformed_answer' })
  })

  it('are told from a page of somebody else', async () => {
    const { url } = await serverThat(html(404))
    const sign = createDataTokenSigner({ broker: url, audience: 'patients' })
    expect(await rejectionOf(sign(['mine']))).toMatchObject({ code: 'broker_refused', status: 404 })
  })
})
