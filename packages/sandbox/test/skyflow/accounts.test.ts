import { decodeJwt, importPKCS8, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { GRANT_TYPE, type OpenSkyflow, openSkyflow, secondsFromNow } from './open-skyflow.ts'

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt'
const LIST = 'GET /patients'

const outcomeOf = async (response: Response) => [
  response.status,
  (await response.json()).error?.message ?? '',
]

async function assertionOf(
  { assertion }: OpenSkyflow,
  { clientID, keyID }: { clientID: string; keyID: string },
  claims: JWTPayload = {},
): Promise<string> {
  return assertion({ iss: clientID, sub: clientID, key: keyID, ...claims })
}

describe('an account that insists on a context', () => {
  it('gets no bearer without a ctx, and one with it', async () => {
    const skyflow = await openSkyflow()
    const mint = async (claims?: JWTPayload) =>
      skyflow.exchange({
        grant_type: GRANT_TYPE,
        assertion: await assertionOf(skyflow, skyflow.contextCredentials, claims),
      })
    expect(await outcomeOf(await mint())).toEqual([400, expect.stringMatching(/ctx/)])
    expect((await mint({ ctx: '' })).status).toBe(400)
    const { accessToken } = await (await mint({ ctx: { user_id: 'u1' } })).json()
    expect(decodeJwt(accessToken)['ctx']).toEqual({ user_id: 'u1' })
    expect((await skyflow.call(LIST, undefined, accessToken)).status).toBe(200)
  })
})

describe('an account set to API keys', () => {
  it('calls the vault with its key, spelled as the vendor spells them', async () => {
    const skyflow = await openSkyflow()
    const { apiKey } = skyflow.apiKey
    expect(apiKey).toMatch(/^sky-[a-zA-Z0-9]{5}-[a-fA-F0-9]{32}$/)
    expect((await skyflow.call(LIST, undefined, apiKey)).status).toBe(200)
    expect((await skyflow.call(LIST, undefined, `${apiKey.slice(0, -1)}z`)).status).toBe(401)
  })

  it('gets no bearer, though its assertion is in order', async () => {
    const skyflow = await openSkyflow()
    const assertion = await assertionOf(skyflow, skyflow.apiKeyCredentials)
    const answer = await skyflow.exchange({ grant_type: GRANT_TYPE, assertion })
    expect(await outcomeOf(answer)).toEqual([400, expect.stringMatching(/API key/)])
  })
})

describe('the token exchange', () => {
  async function subjectToken(
    { sts }: OpenSkyflow,
    claims: JWTPayload = {},
    key = sts.privateKey,
  ): Promise<string> {
    return new SignJWT({ iss: sts.issuer, exp: secondsFromNow(300), ...claims })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(await importPKCS8(key, 'ES256'))
  }

  const exchange = async (skyflow: OpenSkyflow, token: string, more: object = {}) =>
    fetch(skyflow.sts.tokenUrl, {
      method: 'POST',
      body: JSON.stringify({
        grant_type: EXCHANGE,
        subject_token: token,
        subject_token_type: JWT_TYPE,
        service_account_id: skyflow.sts.serviceAccountId,
        ...more,
      }),
    })

  it('gives a bearer that ends with the user’s token, and knows of it what is listed', async () => {
    const skyflow = await openSkyflow()
    const exp = secondsFromNow(120)
    const token = await subjectToken(skyflow, { exp, role: 'nurse', salary: 7 })
    const answer = await exchange(skyflow, token, { ctx: { role: 'admin' } })
    const body = await answer.json()
    expect(body).toEqual({ accessToken: expect.any(String), tokenType: 'Bearer' })
    expect(decodeJwt(body.accessToken)).toMatchObject({ exp, ctx: { role: 'nurse' } })
    expect((await skyflow.call(LIST, undefined, body.accessToken)).status).toBe(200)
  })

  it('takes a form as well', async () => {
    const skyflow = await openSkyflow()
    const answer = await fetch(skyflow.sts.tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: EXCHANGE,
        subject_token: await subjectToken(skyflow),
        subject_token_type: JWT_TYPE,
        service_account_id: skyflow.sts.serviceAccountId,
      }),
    })
    expect(answer.status).toBe(200)
  })

  it('refuses a token that is over, of another provider, or signed by another', async () => {
    const [skyflow, other] = [await openSkyflow(), await openSkyflow()]
    const tokens = [
      await subjectToken(skyflow, { exp: secondsFromNow(-1) }),
      await subjectToken(skyflow, { iss: 'https://other.example' }),
      await subjectToken(skyflow, {}, other.sts.privateKey),
      'opaque',
    ]
    for (const token of tokens) expect((await exchange(skyflow, token)).status).toBe(401)
  })

  it('refuses other types of token, and accounts that trust nobody', async () => {
    const skyflow = await openSkyflow()
    const token = await subjectToken(skyflow)
    const opaque = { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' }
    expect((await exchange(skyflow, token, opaque)).status).toBe(400)
    const untrusting = { service_account_id: skyflow.credentials.clientID }
    expect((await exchange(skyflow, token, untrusting)).status).toBe(404)
  })

  it('publishes the keys of its provider', async () => {
    const { sts } = await openSkyflow()
    const { keys } = await (await fetch(sts.jwksUrl)).json()
    expect(keys).toEqual([expect.objectContaining({ kty: 'EC', crv: 'P-256', alg: 'ES256' })])
    expect(keys[0]).not.toHaveProperty('d')
  })
})

describe('the management API', () => {
  async function manager(): Promise<
    OpenSkyflow & { manage: (route: string, body?: unknown, more?: object) => Promise<Response> }
  > {
    const skyflow = await openSkyflow()
    const bearer = await skyflow.bearer([skyflow.ownerRoleId])
    return {
      ...skyflow,
      manage(route, body, more = {}) {
        const [method = '', path = ''] = route.split(' ')
        return fetch(`${skyflow.url}/v1/serviceAccounts${path}`, {
          method,
          headers: {
            authorization: `Bearer ${bearer}`,
            'x-skyflow-account-id': skyflow.accountId,
            ...more,
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
      },
    }
  }

  it('makes an account with an API key, and rotates, disables, deletes the key', async () => {
    const skyflow = await manager()
    const wanted = { apiKeyEnabled: true, serviceAccount: { name: 'inserter' } }
    const made = await (await skyflow.manage('POST ', wanted)).json()
    expect(made).toEqual({
      clientID: expect.any(String),
      clientName: 'inserter',
      apiKeyID: expect.any(String),
      apiKey: expect.stringMatching(/^sky-/),
    })
    const status = async (key: string) => (await skyflow.call(LIST, undefined, key)).status
    expect(await status(made.apiKey)).toBe(200)

    const path = `/${made.clientID}/apikey`
    const second = await (await skyflow.manage(`POST ${path}`)).json()
    const listed = await (await skyflow.manage(`GET ${path}`)).json()
    expect(listed.apiKeys).toEqual([
      { apiKeyID: made.apiKeyID, status: 'ACTIVE' },
      { apiKeyID: second.apiKeyID, status: 'ACTIVE' },
    ])

    const rotated = await (await skyflow.manage(`POST ${path}/${made.apiKeyID}/rotate`)).json()
    expect(rotated.apiKeyID).toBe(made.apiKeyID)
    expect([await status(made.apiKey), await status(rotated.apiKey)]).toEqual([401, 200])

    await skyflow.manage(`PATCH ${path}/${made.apiKeyID}`, { status: 'INACTIVE' })
    expect(await status(rotated.apiKey)).toBe(401)
    await skyflow.manage(`PATCH ${path}/${made.apiKeyID}`, { status: 'ACTIVE' })
    expect(await status(rotated.apiKey)).toBe(200)

    await skyflow.manage(`DELETE ${path}/${made.apiKeyID}`)
    expect([await status(rotated.apiKey), await status(second.apiKey)]).toEqual([401, 200])
    await skyflow.manage(`DELETE /${made.clientID}`)
    expect(await status(second.apiKey)).toBe(401)
  })

  it('makes an account with a key pair that insists on signed data tokens', async () => {
    const skyflow = await manager()
    const made = await (
      await skyflow.manage('POST ', {
        serviceAccount: { name: 'reader' },
        clientConfiguration: { enforceSignedDataTokens: true },
      })
    ).json()
    expect(made).toMatchObject({ clientName: 'reader', tokenURI: skyflow.credentials.tokenURI })
    expect((await skyflow.manage(`POST /${made.clientID}/apikey`)).status).toBe(400)
    const { createPrivateKey, createPublicKey } = await import('node:crypto')
    const privateKey = createPrivateKey(made.privateKey)
    const keys = { privateKey, publicKey: createPublicKey(made.privateKey) }
    const { clientID, keyID } = made
    const assertion = await skyflow.assertion({ iss: clientID, sub: clientID, key: keyID }, keys)
    const granted = await skyflow.exchange({ grant_type: GRANT_TYPE, assertion })
    const { accessToken } = await granted.json()
    const body = { detokenizationParameters: [{ token: 'plain' }] }
    const refused = await skyflow.call('POST /detokenize', body, accessToken)
    expect(await outcomeOf(refused)).toEqual([400, expect.stringMatching(/signed/)])
  })

  it('is for owners alone, of the account that the header names', async () => {
    const skyflow = await manager()
    const other = { 'x-skyflow-account-id': 'other' }
    expect((await skyflow.manage('GET /x', undefined, other)).status).toBe(400)
    expect((await skyflow.manage('GET /x')).status).toBe(404)
    const bearer = { authorization: `Bearer ${await skyflow.bearer([skyflow.roleId])}` }
    expect((await skyflow.manage('GET /x', undefined, bearer)).status).toBe(403)
    expect((await skyflow.manage('GET /x', undefined, { authorization: '' })).status).toBe(401)
    const owner = await skyflow.bearer([skyflow.ownerRoleId])
    expect((await skyflow.call(LIST, undefined, owner)).status).toBe(403)
  })

  it('forgets at a reset what it has made', async () => {
    const skyflow = await manager()
    const wanted = { apiKeyEnabled: true, serviceAccount: { name: 'inserter' } }
    const { apiKey } = await (await skyflow.manage('POST ', wanted)).json()
    skyflow.control.reset()
    expect((await skyflow.call(LIST, undefined, apiKey)).status).toBe(401)
    expect((await skyflow.call(LIST, undefined, skyflow.apiKey.apiKey)).status).toBe(200)
  })
})
