import { createPrivateKey } from 'node:crypto'
import { decodeJwt, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  GRANT_TYPE,
  type OpenSkyflow,
  openSkyflow,
  secondsFromNow,
  strangerKeys,
} from './open-skyflow.ts'

async function outcomeOf(response: Response): Promise<[number, string]> {
  const { error } = await response.json()
  return [response.status, error?.message ?? '']
}

async function exchangeWith(skyflow: OpenSkyflow, claims: JWTPayload): Promise<Response> {
  return skyflow.exchange({ grant_type: GRANT_TYPE, assertion: await skyflow.assertion(claims) })
}

/** The claims of the bearer that an exchange brings. */
async function bearerClaims(skyflow: OpenSkyflow, claims: JWTPayload = {}): Promise<JWTPayload> {
  return decodeJwt((await (await exchangeWith(skyflow, claims)).json()).accessToken)
}

const secondsLeft = ({ exp = 0 }: JWTPayload) => exp - Date.now() / 1000

describe('the printed credentials', () => {
  it('are a whole credentials.json with a PKCS#8 key of 2048 bits', async () => {
    const { credentials, url } = await openSkyflow()
    expect(credentials).toEqual({
      clientID: expect.stringMatching(/^[a-z][0-9a-f]{31}$/),
      clientName: expect.any(String),
      keyID: expect.stringMatching(/^[a-z][0-9a-f]{31}$/),
      tokenURI: `${url}/v1/auth/sa/oauth/token`,
      privateKey: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----\n/),
      keyAlgorithm: 'KEY_ALG_RSA_2048',
    })
    const { asymmetricKeyDetails } = createPrivateKey(credentials.privateKey)
    expect(asymmetricKeyDetails?.modulusLength).toBe(2048)
  })
})

describe('an exchange', () => {
  it('answers an access token and its type, nothing else', async () => {
    const skyflow = await openSkyflow()
    const response = await exchangeWith(skyflow, {})
    expect(response.status).toBe(200)
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    const token = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(await response.json()).toEqual({ accessToken: token, tokenType: 'Bearer' })
  })

  it('names the account, the key, a jti, and no context that was not given', async () => {
    const skyflow = await openSkyflow()
    const [one, other] = [await bearerClaims(skyflow), await bearerClaims(skyflow)]
    expect(one).toEqual({
      iss: expect.any(String),
      aud: expect.any(String),
      sub: skyflow.credentials.clientName,
      key: skyflow.credentials.keyID,
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
    })
    expect(one.jti).not.toBe(other.jti)
  })

  it('is read as JSON whatever the content type, an empty bearer beside it', async () => {
    const skyflow = await openSkyflow()
    const body = { grant_type: GRANT_TYPE, assertion: await skyflow.assertion() }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
      const headers = { 'content-type': type, authorization: 'Bearer ' }
      expect((await skyflow.exchange(body, headers)).status).toBe(200)
    }
  })

  it.each([
    ['a string', 'user-1'],
    ['an object', { user_id: 'u1', roles: ['a'] }],
  ])('copies a context that is %s', async (_, ctx) => {
    expect(await bearerClaims(await openSkyflow(), { ctx })).toMatchObject({ ctx })
  })

  it.each([
    ['an empty string', ''],
    ['null', null],
  ])('leaves out a context of %s', async (_, ctx) => {
    expect(await bearerClaims(await openSkyflow(), { ctx })).not.toHaveProperty('ctx')
  })

  it.each([
    ['a key with a hyphen', { 'user-id': 1 }],
    ['a list', ['a']],
    ['a number', 1],
  ])('refuses a context with %s', async (_, ctx) => {
    const [status, message] = await outcomeOf(await exchangeWith(await openSkyflow(), { ctx }))
    expect([status, message]).toEqual([400, expect.stringContaining("'ctx'")])
  })
})

describe('the life of a bearer', () => {
  it('ends with its assertion', async () => {
    const claims = await bearerClaims(await openSkyflow(), { exp: secondsFromNow(10) })
    expect(secondsLeft(claims)).toBeGreaterThan(7)
    expect(secondsLeft(claims)).toBeLessThanOrEqual(10)
  })

  it('is an hour at most, when the account has a clock ahead', async () => {
    const claims = await bearerClaims(await openSkyflow(), { exp: secondsFromNow(3650) })
    expect(secondsLeft(claims)).toBeLessThanOrEqual(3600)
  })

  it('is what the sandbox was told, whatever the assertion', async () => {
    const skyflow = await openSkyflow({ bearerLifetime: 3600 })
    const claims = await bearerClaims(skyflow, { exp: secondsFromNow(10) })
    expect(secondsLeft(claims)).toBeGreaterThan(3590)
  })
})

describe('a scope', () => {
  const exchangeScope = async (skyflow: OpenSkyflow, scope: string) =>
    skyflow.exchange({ grant_type: GRANT_TYPE, assertion: await skyflow.assertion(), scope })

  it('may have blanks around and between its roles', async () => {
    const skyflow = await openSkyflow()
    const { roleId, maskedRoleId } = skyflow
    const response = await exchangeScope(skyflow, ` role:${roleId}  role:${maskedRoleId} `)
    const { scp } = decodeJwt((await response.json()).accessToken)
    expect(scp).toEqual([`role:${roleId}`, `role:${maskedRoleId}`])
  })

  it.each(['role:unknown', 'role:', 'admin'])('of "%s" is refused', async (scope) => {
    const [status, message] = await outcomeOf(await exchangeScope(await openSkyflow(), scope))
    expect([status, message]).toEqual([400, expect.stringContaining(scope)])
  })
})

describe('an assertion', () => {
  it('may lack iat, or come from a clock a little ahead', async () => {
    const skyflow = await openSkyflow()
    expect((await exchangeWith(skyflow, {})).status).toBe(200)
    const ahead = { iat: secondsFromNow(30), exp: secondsFromNow(3630) }
    expect((await exchangeWith(skyflow, ahead)).status).toBe(200)
  })

  it('by a stranger to the account is refused', async () => {
    const skyflow = await openSkyflow()
    const assertion = await skyflow.assertion({}, strangerKeys)
    const response = await skyflow.exchange({ grant_type: GRANT_TYPE, assertion })
    expect(await outcomeOf(response)).toEqual([401, expect.stringContaining('signature')])
  })

  it.each(['none', 'HS256'])('with the algorithm %s is refused', async (alg) => {
    const skyflow = await openSkyflow()
    const [, payload, signature] = (await skyflow.assertion()).split('.')
    const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')
    const assertion = `${header}.${payload}.${alg === 'none' ? '' : signature}`
    const response = await skyflow.exchange({ grant_type: GRANT_TYPE, assertion })
    expect(response.status).toBe(401)
  })

  it('signed with PS256 by the right key is refused', async () => {
    const skyflow = await openSkyflow()
    const { credentials } = skyflow
    const assertion = await new SignJWT(decodeJwt(await skyflow.assertion()))
      .setProtectedHeader({ alg: 'PS256' })
      .sign(createPrivateKey(credentials.privateKey))
    const response = await skyflow.exchange({ grant_type: GRANT_TYPE, assertion })
    expect(response.status).toBe(401)
  })

  it.each([
    [
      'iss',
      'other',
      "Authentication failed. Invalid issuer. Check your JWT assertion's 'iss' value.",
    ],
    ['sub', 'other', "'sub'"],
    ['sub', undefined, "'sub'"],
    ['aud', 'https://manage.skyflowapis.com', "'aud'"],
    ['aud', undefined, "'aud'"],
    ['exp', secondsFromNow(-1), "'exp'"],
    ['exp', secondsFromNow(3600 + 300), "'exp'"],
    ['exp', undefined, "'exp'"],
    ['exp', '9999999999', "'exp'"],
    ['iat', secondsFromNow(300), "'iat'"],
  ])('whose %s is %s is refused with 401', async (claim, value, words) => {
    const response = await exchangeWith(await openSkyflow(), { [claim]: value })
    expect(await outcomeOf(response)).toEqual([401, expect.stringContaining(words)])
  })

  it('with the token endpoint of another service is refused', async () => {
    const [skyflow, other] = [await openSkyflow(), await openSkyflow()]
    const response = await exchangeWith(skyflow, { aud: other.credentials.tokenURI })
    expect(response.status).toBe(401)
  })

  it('with a key that no account has names the account that was asked for', async () => {
    const skyflow = await openSkyflow()
    const response = await exchangeWith(skyflow, { key: 'unknown' })
    const { clientID } = skyflow.credentials
    expect(await outcomeOf(response)).toEqual([404, `Failed to load ServiceAccount ID ${clientID}`])
  })

  it('expires by the clock of the service', async () => {
    const skyflow = await openSkyflow()
    skyflow.control.fault({ clockOffsetMs: 3_601_000 })
    expect((await exchangeWith(skyflow, {})).status).toBe(401)
  })
})

describe('a body', () => {
  it.each([
    ['without a grant type', { assertion: 'a' }, 'grant_type'],
    ['with another grant type', { grant_type: 'password', assertion: 'a' }, 'grant_type'],
    ['without an assertion', { grant_type: GRANT_TYPE }, 'assertion'],
    ['whose assertion is no JWT', { grant_type: GRANT_TYPE, assertion: 'a.b' }, 'not a JWT'],
  ])('%s is refused with 400', async (_, body, words) => {
    const skyflow = await openSkyflow()
    const response = await skyflow.exchange(body)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await outcomeOf(response)).toEqual([400, expect.stringContaining(words)])
  })

  it('that is no JSON is refused in the envelope', async () => {
    const { credentials } = await openSkyflow()
    const response = await fetch(credentials.tokenURI, { method: 'POST', body: 'grant_type=x' })
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await response.json()).toEqual({
      error: {
        grpc_code: 3,
        http_code: 400,
        http_status: 'Bad Request',
        message: 'Invalid request. The body is not JSON.',
        details: [],
      },
    })
  })
})
