import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { MintRequest } from '@valetkey/broker'
import { oauth2, type OAuth2Options } from '@valetkey/broker/oauth2'
import { describeMinter } from '@valetkey/broker/testing'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { createApp, createManualClock, until } from '../harness.ts'
import { clientKeys, RESOURCE, SECRET, startAuthorizationServer } from './authorization-server.ts'

const server = await startAuthorizationServer()
afterAll(() => server.close())

const TEN_MINUTES_MS = 600_000
const basic = {
  issuer: server.issuer,
  clientId: 'basic',
  clientSecret: SECRET,
  lifetimeMs: TEN_MINUTES_MS,
}
const ada = {
  subjectToken: ({ subject }: { subject?: string }) =>
    subject === 'ada' ? 'login-of-ada' : 'stranger',
}

function requestFor(changes: Partial<MintRequest> = {}): MintRequest {
  const { signal } = new AbortController()
  return { audience: 'reports', lifetimeMs: TEN_MINUTES_MS, signal, ...changes }
}

const rejectionOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'a token',
    (error: unknown) => error,
  )

describeMinter({
  describe,
  it,
  name: 'oauth2, client credentials',
  create: () => oauth2({ ...basic, resource: RESOURCE }),
  secrets: [SECRET],
})
describeMinter({
  describe,
  it,
  name: 'oauth2, token exchange',
  create: () =>
    oauth2({ ...basic, vaultUrl: RESOURCE, tokenExchange: { subjectToken: () => 'login-of-ada' } }),
  createBroken: () => oauth2({ ...basic, clientSecret: 'another-canary', tokenExchange: ada }),
  secrets: [SECRET, 'another-canary', 'login-of-ada'],
})

describe('oauth2 at a real authorization server', () => {
  it.each<[string, Partial<OAuth2Options>]>([
    ['a secret in the header', {}],
    ['a secret in the body', { clientId: 'post', clientAuthentication: 'client_secret_post' }],
    [
      'an RSA key',
      { clientId: 'rsa', clientSecret: undefined as never, privateKey: clientKeys.rsaPem },
    ],
    [
      'a P-256 key as a JWK',
      { clientId: 'ec', clientSecret: undefined as never, privateKey: clientKeys.ecJwk },
    ],
  ])('gets a token as a client with %s', async (_, options) => {
    const startedAt = Date.now()
    const token = await oauth2({ ...basic, ...options }).mint(requestFor())
    expect(token.value).toMatch(/^[\w-]{40,}$/)
    expect(token.expiresAt - startedAt).toBeGreaterThan(TEN_MINUTES_MS - 5_000)
    expect(token.expiresAt - startedAt).toBeLessThanOrEqual(TEN_MINUTES_MS + 5_000)
  })

  it('asks for a resource and a scope, and says what was granted', async () => {
    const minter = oauth2({ ...basic, resource: RESOURCE, scope: 'read write' })
    const claimsOf = (token: string): unknown =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const all = await minter.mint(requestFor())
    expect(claimsOf(all.value)).toMatchObject({ aud: RESOURCE, scope: 'read write' })
    expect(all).toMatchObject({ resource: RESOURCE, scope: 'read write' })
    const less = await minter.mint(requestFor({ scope: 'read' }))
    expect(claimsOf(less.value)).toMatchObject({ scope: 'read' })
    expect(await rejectionOf(minter.mint(requestFor({ scope: 'read admin' })))).toMatchObject({
      code: 'invalid_target',
    })
  })

  it('tells the server of the trace it is asked within', async () => {
    const told: (string | null)[] = []
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const minter = oauth2({
      ...basic,
      fetch: (input, init) => {
        told.push(new Headers(init?.headers).get('traceparent'))
        return fetch(input, init)
      },
    })
    await minter.mint({ ...requestFor(), traceHeaders: { traceparent } })
    expect(told.at(-1)).toBe(traceparent)
  })

  it('exchanges the token of the user’s login, which is shared with nobody', async () => {
    const minter = oauth2({ ...basic, tokenExchange: ada })
    expect(minter.shareable).toBe(false)
    expect((await minter.mint(requestFor({ subject: 'ada' }))).value).toMatch(/^ada\./)
    const error = await rejectionOf(minter.mint(requestFor({ subject: 'bob' })))
    expect(error).toMatchObject({
      code: 'invalid_target',
      message: 'oauth2 answered 400, invalid_request: the login’s own token was refused',
    })
    expect(inspect(error)).not.toContain('canary')
  })

  it.each<[string, OAuth2Options['tokenExchange'], string]>([
    ['has none', { subjectToken: () => null }, 'invalid_target'],
    [
      'cannot be asked',
      { subjectToken: async () => Promise.reject(new Error('no store')) },
      'temporarily_unavailable',
    ],
  ])('gives nothing to a login that %s', async (_, tokenExchange, code) => {
    const minter = oauth2({ ...basic, tokenExchange: tokenExchange! })
    expect(await rejectionOf(minter.mint(requestFor()))).toMatchObject({ code })
  })

  it.each<[string, Partial<OAuth2Options>, string, RegExp]>([
    ['a wrong secret', { clientSecret: 'wrong' }, 'upstream_auth', /401.*check clientId/],
    ['an unknown client', { clientId: 'nobody' }, 'upstream_auth', /401/],
    [
      'another client’s key',
      { clientId: 'rsa', clientSecret: undefined as never, privateKey: clientKeys.ecJwk },
      'upstream_auth',
      /401/,
    ],
    [
      'an address that is no endpoint',
      { tokenEndpoint: `${server.issuer}/nowhere` },
      'upstream_invalid',
      /check its address/,
    ],
    ['another issuer', { issuer: `${server.issuer}/other` }, 'upstream_invalid', /404/],
  ])('says what is wrong with %s', async (...[, options, code, message]) => {
    const error = await rejectionOf(oauth2({ ...basic, ...options }).mint(requestFor()))
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('revokes where it was told an endpoint', async () => {
    const minter = oauth2({ ...basic, revocationEndpoint: `${server.issuer}/token/revocation` })
    const token = await minter.mint(requestFor())
    const isActive = async (): Promise<unknown> => {
      const body = new URLSearchParams({ token: token.value })
      const authorization = `Basic ${btoa(`basic:${SECRET}`)}`
      const answer = await fetch(`${server.issuer}/token/introspection`, {
        method: 'POST',
        body,
        headers: { authorization },
      })
      return ((await answer.json()) as { active: boolean }).active
    }
    expect(await isActive()).toBe(true)
    await minter.revoke?.(token, { signal: new AbortController().signal })
    expect(await isActive()).toBe(false)
    expect(oauth2(basic)).not.toHaveProperty('revoke')
  })

  it('takes a new secret from its file, and keeps the old one while the file is empty', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oauth2-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'secret')
    writeFileSync(file, 'of-yesterday\n')
    const minter = oauth2({ ...basic, clientSecret: { file }, watchIntervalMs: 20 })
    const { broker, events } = createApp({
      audiences: { reports: minter },
      clock: { ...createManualClock(Date.now()) },
    })
    onTestFinished(() => broker.close())
    const kinds = (): unknown[] =>
      events
        .map((event) => (event.event === 'minter' ? event.kind : undefined))
        .filter((kind) => kind)
    expect(await rejectionOf(broker.mint('reports', 'job'))).toMatchObject({
      code: 'upstream_auth',
    })
    writeFileSync(file, SECRET)
    await until(() => kinds().length === 1)
    const { value } = await broker.mint('reports', 'job')
    writeFileSync(file, '')
    await until(() => kinds().length === 2)
    expect((await broker.mint('reports', 'job')).value).toBe(value)
    expect(kinds()).toEqual(['reloaded', 'reload-failed'])
  })
})
