import { decodeJwt, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  accountKeys,
  insert,
  type OpenSkyflow,
  openSkyflow,
  secondsFromNow,
} from './open-skyflow.ts'

const PATH = 'GET /patients'
const EXPIRED =
  'Authentication failed. Bearer token is expired. Use a valid bearer token. See https://docs.skyflow.com/api-authentication/'

async function refusal(response: Response): Promise<[number, string]> {
  return [response.status, (await response.json()).error.message]
}

async function statusWith(skyflow: OpenSkyflow, bearer: string): Promise<number> {
  return (await skyflow.call(PATH, undefined, bearer)).status
}

describe('a call to the vault', () => {
  it('needs a bearer, before anything else is looked at', async () => {
    const { url } = await openSkyflow()
    for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: 'Basic eDp5' }]) {
      const response = await fetch(`${url}/v1/vaults/unknown/nope`, { headers })
      expect([response.status, (await response.json()).error.grpc_code]).toEqual([401, 16])
    }
  })

  it('is refused once the bearer has expired by the clock of the service', async () => {
    const skyflow = await openSkyflow()
    const bearer = await skyflow.bearer([], { exp: secondsFromNow(60) })
    expect(await statusWith(skyflow, bearer)).toBe(200)
    skyflow.control.fault({ clockOffsetMs: 61_000 })
    expect(await refusal(await skyflow.call(PATH, undefined, bearer))).toEqual([401, EXPIRED])
  })

  it('is refused with a bearer of another sandbox, or one the account signed itself', async () => {
    const [skyflow, other] = [await openSkyflow(), await openSkyflow()]
    expect(await statusWith(skyflow, await other.bearer())).toBe(401)
    const forged = await new SignJWT(decodeJwt(await skyflow.bearer()))
      .setProtectedHeader({ alg: 'RS256' })
      .sign(accountKeys.privateKey)
    expect(await statusWith(skyflow, forged)).toBe(401)
    expect(await statusWith(skyflow, 'opaque')).toBe(401)
  })

  it('is refused with a revoked bearer, by text or by jti, and no other', async () => {
    const skyflow = await openSkyflow()
    const [byText, byJti, spared] = [
      await skyflow.bearer(),
      await skyflow.bearer(),
      await skyflow.bearer(),
    ]
    skyflow.control.fault({ revoke: byText })
    skyflow.control.fault({ revoke: { jti: decodeJwt(byJti).jti ?? '' } })
    expect(await statusWith(skyflow, byText)).toBe(401)
    expect(await statusWith(skyflow, byJti)).toBe(401)
    expect(await statusWith(skyflow, spared)).toBe(200)
  })

  it('of another vault answers 404', async () => {
    const skyflow = await openSkyflow()
    const headers = { authorization: `Bearer ${await skyflow.bearer()}` }
    const response = await fetch(`${skyflow.url}/v1/vaults/other/patients`, { headers })
    expect(await refusal(response)).toEqual([404, 'Vault other was not found'])
  })
})

describe('the role that inserts alone', () => {
  it('inserts and gets tokens, but sees no record', async () => {
    const skyflow = await openSkyflow()
    const bearer = await skyflow.bearer([skyflow.insertRoleId])
    const body = { records: [{ fields: { name: 'Ada' } }], tokenization: true }
    const inserted = await skyflow.call('POST /patients', body, bearer)
    expect(inserted.status).toBe(200)
    const [{ skyflow_id, tokens }] = (await inserted.json()).records
    const detokenization = { detokenizationParameters: [{ token: tokens.name }] }
    const refused = [
      await skyflow.call(PATH, undefined, bearer),
      await skyflow.call(`GET /patients/${skyflow_id}`, undefined, bearer),
      await skyflow.call('POST /detokenize', detokenization, bearer),
      await skyflow.call(
        `PUT /patients/${skyflow_id}`,
        { record: { fields: { name: 'B' } } },
        bearer,
      ),
      await skyflow.call(`DELETE /patients/${skyflow_id}`, undefined, bearer),
    ]
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    expect((await refused[0]!.json()).error).toMatchObject({ grpc_code: 7, http_code: 403 })
  })

  it('takes nothing away from another role of the same token', async () => {
    const skyflow = await openSkyflow()
    await insert(skyflow, { name: 'Ada' })
    const bearer = await skyflow.bearer([skyflow.insertRoleId, skyflow.roleId])
    expect(await statusWith(skyflow, bearer)).toBe(200)
  })
})
