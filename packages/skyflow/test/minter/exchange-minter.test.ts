import { sign } from 'node:crypto'
import { describeMinter } from '@valetkey/broker/testing'
import { startSandbox } from '@valetkey/sandbox'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { skyflow, SkyflowConfigError, type SkyflowExchangeOptions } from '../../src/minter/index.ts'
import { envelope, html, json, rejectionOf, serverThat } from '../setup.ts'
import { requestFor } from './stage.ts'

const sandbox = await startSandbox({ nodes: 1 })
afterAll(() => sandbox.close())
beforeEach(() => sandbox.skyflowControl.reset())
const { sts, vaultUrl } = sandbox.skyflow

const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

/** What the identity provider gave a user. */
function tokenOf(claims: object = {}): string {
  const all = { iss: sts.issuer, exp: secondsFromNow(600), ...claims }
  const input = `${base64url({ alg: 'ES256' })}.${base64url(all)}`
  const signing = { key: sts.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${input}.${sign('sha256', Buffer.from(input), signing).toString('base64url')}`
}

const { serviceAccountId } = sts
const exchanging = (options: Partial<SkyflowExchangeOptions['tokenExchange']> = {}) =>
  skyflow({
    vaultUrl,
    tokenExchange: {
      serviceAccountId,
      subjectToken: ({ subject = '' }) => tokenOf({ user_id: subject }),
      ...options,
    },
  })

const claimsOf = (bearer: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString())

describeMinter({
  describe,
  it,
  name: 'skyflow, exchanging users’ tokens',
  create: () => exchanging({ subjectToken: () => tokenOf({ exp: secondsFromNow(30) }) }),
  secrets: [],
})

describe('a minter that exchanges users’ tokens', () => {
  it('gives each user a bearer of their own, that ends with their token', async () => {
    const minter = exchanging()
    const token = await minter.mint(requestFor({ subject: 'ada' }))
    const { ctx, exp } = claimsOf(token.value)
    expect(ctx).toEqual({ user_id: 'ada' })
    expect(token).toMatchObject({ expiresAt: Number(exp) * 1000, resource: `${vaultUrl}/` })
    expect(minter.shareable).toBe(false)
  })

  it.each([null, undefined, '', 'two words'])(
    'gives none where the login has %o',
    async (token) => {
      const minter = exchanging({ subjectToken: () => token })
      const error = await rejectionOf(minter.mint(requestFor()))
      expect(error).toMatchObject({ code: 'invalid_target' })
      expect(sandbox.skyflowControl.requests().total).toBe(0)
    },
  )

  it('sends a user whose token is over to sign in again', async () => {
    const minter = exchanging({ subjectToken: () => tokenOf({ exp: secondsFromNow(-5) }) })
    expect(await rejectionOf(minter.mint(requestFor()))).toMatchObject({
      code: 'invalid_target',
      message: expect.stringMatching(/has to sign in again/),
    })
  })

  it('tells the operator of what is set up wrong', async () => {
    const minter = exchanging({ serviceAccountId: 'unknown' })
    expect(await rejectionOf(minter.mint(requestFor()))).toMatchObject({
      code: 'upstream_auth',
      message: expect.stringMatching(/serviceAccountId/),
    })
  })

  it('does not take a session store that is down for a login that is over', async () => {
    const subjectToken = () => Promise.reject(new Error('down'))
    const error = await rejectionOf(exchanging({ subjectToken }).mint(requestFor()))
    expect(error).toMatchObject({ code: 'temporarily_unavailable' })
  })

  it('narrows nothing: a scope is refused', async () => {
    const error = await rejectionOf(exchanging().mint(requestFor({ scope: 'role:r1' })))
    expect(error).toMatchObject({ code: 'invalid_target' })
  })

  it.each([
    ['429', json(429, envelope(429, 'canary')), 'temporarily_unavailable'],
    ['a gateway’s page', html(200), 'upstream_invalid'],
    ['a gateway that wants a login', html(401), 'upstream_auth'],
    ['503', json(503, envelope(503, 'canary')), 'temporarily_unavailable'],
  ])('by %s is told apart, without the words of the answer', async (_, answer, code) => {
    const { url } = await serverThat(answer)
    const error = await rejectionOf(exchanging({ tokenUrl: url }).mint(requestFor()))
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toMatch(/canary|eyJ/)
  })

  it('asks at Skyflow’s own address for the vault’s environment', async () => {
    const asked: unknown[] = []
    const minter = skyflow({
      vaultUrl: 'https://a.vault.skyflowapis-preview.com',
      tokenExchange: { serviceAccountId, subjectToken: () => 'token' },
      fetch: async (input) => {
        asked.push(input)
        return Response.json(envelope(403, 'no'), { status: 403 })
      },
    })
    await rejectionOf(minter.mint(requestFor()))
    expect(asked).toEqual(['https://manage.skyflowapis-preview.com/v1/auth/sts/token'])
  })

  it.each<[object, RegExp]>([
    [{ serviceAccountId: '' }, /tokenExchange.serviceAccountId must be/],
    [{ subjectToken: 'token' }, /tokenExchange.subjectToken must be a function/],
    [{ tokenUrl: 'https://evil.example' }, /tokenExchange.tokenUrl is on a host that is not/],
  ])('with %o is not set up', (options, words) => {
    expect(() => exchanging(options as never)).toThrow(words)
    expect(() => exchanging(options as never)).toThrow(SkyflowConfigError)
  })
})
