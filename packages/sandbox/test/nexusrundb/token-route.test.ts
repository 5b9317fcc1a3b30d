import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { basic, openNexusRunDb } from './open-nexusrundb.ts'

const ASSUMPTION = 'x-emulator-assumption'

describe('the token endpoint', () => {
  it('gives an access key a token that lives to the millisecond, and says what is assumed', async () => {
    const { access, app, call, control } = await openNexusRunDb()
    const answer = await call(`POST /accesskeys/${access.accessKey}/token?expiry=1500`, app)
    expect([answer.status, answer.headers.get(ASSUMPTION)]).toEqual([200, 'token-endpoint'])
    const { token } = await answer.json()
    const endsAt = Math.round(Number(decodeJwt(token).exp) * 1000)
    expect(Math.abs(endsAt - Date.now() - 1_500)).toBeLessThan(1_000)
    expect((await call('GET /ping', `Bearer ${token}`)).status).toBe(200)
    control.fault({ clockOffsetMs: 1_500 })
    expect((await call('GET /ping', `Bearer ${token}`)).status).toBe(401)
  })

  it('takes no token, no wrong secret, nobody', async () => {
    const { access, bearerOf, call } = await openNexusRunDb()
    const route = `POST /accesskeys/${access.accessKey}/token?expiry=60000`
    for (const authorization of [
      await bearerOf(access.accessKey),
      await bearerOf(access.masterKey),
      basic(access.accessKey, 'wrong'),
      basic('nobody', access.accessSecret),
      undefined,
    ])
      expect((await call(route, authorization)).status).toBe(401)
  })

  it('lets the Master key mint for every access key, others for themselves alone', async () => {
    const { access, app, master, call } = await openNexusRunDb()
    const routeFor = (key: string) => `POST /accesskeys/${key}/token?expiry=60000`
    expect((await call(routeFor(access.readerKey), master)).status).toBe(200)
    expect((await call(routeFor('unknown'), master)).status).toBe(404)
    expect((await call(routeFor(access.readerKey), app)).status).toBe(403)
    expect((await call(routeFor(access.masterKey), app)).status).toBe(403)
  })

  it.each(['', '?expiry=', '?expiry=0', '?expiry=-1', '?expiry=1.5', '?expiry=1h', '?ttl=60000'])(
    'refuses the expiry %j',
    async (query) => {
      const { access, app, call } = await openNexusRunDb()
      expect((await call(`POST /accesskeys/${access.accessKey}/token${query}`, app)).status).toBe(
        400,
      )
    },
  )

  it('has other habits where it is told so', async () => {
    const { access, app, call } = await openNexusRunDb({
      tokenMethod: 'GET',
      tokenPath: '/databases/{databaseId}/tokens/{accessKey}',
      expiryParam: 'ms',
      tokenField: 'data.jwt',
      exp: 'milliseconds',
    })
    const answer = await call(`GET /tokens/${access.accessKey}?ms=60000`, app)
    const { data } = await answer.json()
    expect(Number(decodeJwt(data.jwt).exp)).toBeGreaterThan(1e11)
    expect(
      (await call(`POST /accesskeys/${access.accessKey}/token?expiry=60000`, app)).status,
    ).toBe(404)
  })

  it('answers with bare text, without an exp, where it is told so', async () => {
    const { access, app, call } = await openNexusRunDb({ tokenAnswer: 'text', exp: 'absent' })
    const answer = await call(`POST /accesskeys/${access.accessKey}/token?expiry=60000`, app)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    const token = await answer.text()
    expect(decodeJwt(token).exp).toBeUndefined()
    expect((await call('GET /ping', `Bearer ${token}`)).status).toBe(200)
  })
})
