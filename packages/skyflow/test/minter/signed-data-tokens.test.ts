import { createBroker } from '@valetkey/broker'
import { startSandbox } from '@valetkey/sandbox'
import { afterAll, describe, expect, it } from 'vitest'
import { skyflow, SkyflowConfigError, type SkyflowMinterOptions } from '../../src/minter/index.ts'
import { credentialsFor } from '../setup.ts'

const sandbox = await startSandbox({ nodes: 1 })
afterAll(() => sandbox.close())
const { credentials, vaultUrl, vaultId } = sandbox.skyflow

const DATA_TOKEN = '3f2c1b7e-0000-4000-8000-00000000000a'

interface Answer {
  status: number
  body: {
    error?: string
    error_description?: string
    expires_in?: number
    result?: { signed_data_tokens: { data_token: string; signed_token: string }[] }
  }
  /** The bearer that goes with it. */
  bearer: () => Promise<string>
}

interface Asking extends Partial<SkyflowMinterOptions> {
  user?: string
  loginEndsAt?: number
}

/** Asks a broker as a page would. */
async function ask(body: unknown, asking: Asking = {}): Promise<Answer> {
  const { user = 'ada', loginEndsAt, ...options } = asking
  const broker = createBroker({
    audiences: {
      cards: skyflow({
        credentials,
        vaultUrl,
        signedDataTokens: {
          allow: ({ subject }, tokens) => subject === 'ada' && tokens.length < 9,
        },
        ...options,
      }),
    },
    authenticate: () => ({
      subject: user,
      login: 'l',
      context: { user_id: user },
      expiresAt: loginEndsAt,
    }),
    authorize: (_, { operation }) => operation === 'signed-data-tokens' || operation === undefined,
    logger: { info() {}, warn() {}, error() {} },
  })
  const response = await broker.fetch(
    new Request('https://app.test/api/broker/x/cards/signed-data-tokens', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'x-valet-key': '1',
      },
      body: JSON.stringify(body),
    }),
  )
  return {
    status: response.status,
    body: await response.json(),
    bearer: async () => (await broker.mint('cards', user)).value,
  }
}

const call = async (path: string, bearer: string, body: object) =>
  fetch(`${vaultUrl}/v1/vaults/${vaultId}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    body: JSON.stringify(body),
  })

const claimsOf = ({ body }: Answer): Record<string, unknown> => {
  const [, payload = ''] = body.result?.signed_data_tokens[0]?.signed_token.split('.') ?? []
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}

describe('signed data tokens', () => {
  it('open their values with a bearer of the same account, in the order asked for', async () => {
    const { bearer } = await ask({ data_tokens: ['x'] })
    const written = await call('/patients', await bearer(), {
      records: [{ fields: { name: 'Ada', ssn: '078-05-1120' } }],
      tokenization: true,
    })
    const { ssn, name } = (await written.json()).records[0].tokens
    const { status, body } = await ask({ data_tokens: [ssn, name] })
    const signed = body.result?.signed_data_tokens ?? []
    expect([status, signed.map(({ data_token }) => data_token)]).toEqual([200, [ssn, name]])
    const revealed = await call('/detokenize', await bearer(), {
      detokenizationParameters: signed.map(({ signed_token: token }) => ({
        token,
        redaction: 'PLAIN_TEXT',
      })),
    })
    const { records } = await revealed.json()
    expect(records.map(({ value }: { value: string }) => value)).toEqual(['078-05-1120', 'Ada'])
  })

  it('are what Skyflow’s own clients sign, for a minute', async () => {
    const answer = await ask({ data_tokens: [DATA_TOKEN] }, { clock: { now: () => Date.now() } })
    const { iat, exp, ...claims } = claimsOf(answer)
    expect(claims).toEqual({
      iss: 'sdk',
      key: credentials.keyID,
      aud: credentials.tokenURI,
      sub: credentials.clientID,
      tok: DATA_TOKEN,
    })
    expect(Number(exp) - Number(iat)).toBe(60)
    expect(answer.body.expires_in).toBeGreaterThan(58)
    expect(answer.body.expires_in).toBeLessThanOrEqual(60)
  })

  it('carry the context of the user where bearers do', async () => {
    expect(claimsOf(await ask({ data_tokens: [DATA_TOKEN] }, { context: true }))).toMatchObject({
      ctx: { user_id: 'ada' },
    })
  })

  it.each<[string, { wish?: object; asking?: Asking; seconds: number }]>([
    ['as the page asks', { wish: { ttl: 10 }, seconds: 10 }],
    ['never longer than is configured', { wish: { ttl: 900 }, seconds: 60 }],
    ['never beyond the login', { asking: { loginEndsAt: Date.now() + 30_000 }, seconds: 30 }],
  ])('live %s', async (_, { wish, asking, seconds }) => {
    const { body } = await ask({ data_tokens: [DATA_TOKEN], ...wish }, asking)
    expect(body.expires_in).toBeLessThanOrEqual(seconds)
    // A machine under load takes its time.
    expect(body.expires_in).toBeGreaterThan(seconds - 20 / (seconds > 15 ? 1 : 4))
  })

  it.each<[string, Asking, unknown]>([
    ['another user', { user: 'bob' }, [DATA_TOKEN]],
    ['more than the app allows', {}, Array.from({ length: 9 }, () => DATA_TOKEN)],
    [
      'a policy that forgets to answer',
      { signedDataTokens: { allow: () => undefined as never } },
      [DATA_TOKEN],
    ],
    [
      'a policy that answers something',
      { signedDataTokens: { allow: () => 'yes' as never } },
      [DATA_TOKEN],
    ],
  ])('are refused for %s', async (_, asking, data_tokens) => {
    const { status, body } = await ask({ data_tokens }, asking)
    expect([status, body.error]).toEqual([403, 'invalid_target'])
  })

  it('wait for a policy that is down', async () => {
    const allow = () => Promise.reject(new Error('canary'))
    const answer = await ask({ data_tokens: [DATA_TOKEN] }, { signedDataTokens: { allow } })
    expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable'])
    expect(JSON.stringify(answer.body)).not.toContain('canary')
  })

  it.each<[string, unknown]>([
    ['none', {}],
    ['an empty list', { data_tokens: [] }],
    ['more than a call of the vault takes', { data_tokens: Array.from({ length: 26 }, () => 'x') }],
    ['what is no text', { data_tokens: ['x', 7] }],
    ['what is signed already', { data_tokens: ['signed_token_x'] }],
    ['a life of nothing', { data_tokens: ['x'], ttl: 0 }],
    ['a member that nobody knows', { data_tokens: ['x'], ctx: { role: 'admin' } }],
  ])('of %s are a mistake of the page', async (_, body) => {
    const answer = await ask(body)
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
  })

  it('are not there unless the app says who may have them', async () => {
    const answer = await ask({ data_tokens: ['x'] }, { signedDataTokens: undefined as never })
    expect(answer.status).toBe(404)
  })

  it.each<[object, RegExp]>([
    [{}, /signedDataTokens.allow must be a function/],
    [{ allow: () => true, lifetimeMs: 0 }, /signedDataTokens.lifetimeMs must be/],
  ])('with %o are not set up', (signedDataTokens, words) => {
    const options = { credentials: credentialsFor(credentials.tokenURI), vaultUrl }
    const attempt = () => skyflow({ ...options, signedDataTokens: signedDataTokens as never })
    expect(attempt).toThrow(words)
    expect(attempt).toThrow(SkyflowConfigError)
  })
})
