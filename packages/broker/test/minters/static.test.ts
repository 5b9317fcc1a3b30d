import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { allow, type MinterNotice } from '@valetkey/broker'
import { configFaultsOf } from '@valetkey/broker/credential'
import { staticToken, type StaticTokenOptions } from '@valetkey/broker/static'
import { describeMinter } from '@valetkey/broker/testing'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { ADA, askOne, createApp, createManualClock, type ManualClock, until } from '../harness.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const OPAQUE = 'canary.opaque.token'

function jwt(exp: number | undefined): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'ES256' })}.${part({ exp })}.c2lnbmF0dXJl`
}

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'static-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'token')
  writeFileSync(path, text)
  return path
}

const variables: string[] = []
afterAll(() => {
  for (const name of variables) delete process.env[name]
})

function variable(text: string): string {
  const name = `STATIC_${crypto.randomUUID().replaceAll('-', '_')}`
  process.env[name] = text
  variables.push(name)
  return name
}

const clock = createManualClock()
const inHours = (hours: number): number => clock.now() + hours * HOUR_MS
const requestFor = (lifetimeMs = 365 * DAY_MS) => ({
  audience: 'wallet',
  lifetimeMs,
  signal: new AbortController().signal,
})

describeMinter({
  describe,
  it,
  name: 'static',
  create: () =>
    staticToken({
      token: { file: fileWith(jwt(Math.ceil(Date.now() / 1000) + 7200)) },
      resource: 'https://vault.example/',
    }),
  secrets: [],
  mintsAnew: false,
})

describe('staticToken', () => {
  it.each<[string, (text: string) => StaticTokenOptions['token']]>([
    ['a file', (text) => ({ file: fileWith(`${text}\n`) })],
    ['the environment', (text) => ({ env: variable(text) })],
  ])('hands out the token of %s until its exp', async (_, place) => {
    const value = jwt(inHours(2) / 1000)
    const minter = staticToken({ token: place(value), clock, resource: 'https://vault.example/' })
    expect(await minter.mint(requestFor())).toEqual({
      value,
      expiresAt: inHours(2),
      resource: 'https://vault.example/',
    })
  })

  it.each<[string, string, Partial<StaticTokenOptions>, number]>([
    ['an instant beside it', OPAQUE, { expiresAt: inHours(3) }, 3],
    ['a date beside it', OPAQUE, { expiresAt: new Date(inHours(3)) }, 3],
    ['a text beside it', OPAQUE, { expiresAt: new Date(inHours(3)).toISOString() }, 3],
    ['the file', JSON.stringify({ token: OPAQUE, expiresAt: inHours(3) }), {}, 3],
    [
      'the least of file and options',
      JSON.stringify({ token: OPAQUE, expiresAt: inHours(3) }),
      { expiresAt: inHours(2) },
      2,
    ],
    ['its own exp, before what is said', jwt(inHours(1) / 1000), { expiresAt: inHours(2) }, 1],
    ['what is said, before its own exp', jwt(inHours(3) / 1000), { expiresAt: inHours(2) }, 2],
  ])('knows its end by %s', async (...[, text, options, hours]) => {
    const minter = staticToken({ token: { file: fileWith(text) }, clock, ...options })
    expect(await minter.mint(requestFor())).toMatchObject({ expiresAt: inHours(hours) })
  })

  it('gives no token a shorter life than it has, nor one after its end', async () => {
    const own = createManualClock(clock.now())
    const minter = staticToken({ token: { file: fileWith(jwt(inHours(2) / 1000)) }, clock: own })
    await expect(minter.mint(requestFor(HOUR_MS))).rejects.toMatchObject({ code: 'invalid_target' })
    own.advance(HOUR_MS)
    expect(await minter.mint(requestFor(HOUR_MS))).toMatchObject({ expiresAt: inHours(2) })
    own.advance(HOUR_MS)
    await expect(minter.mint(requestFor(HOUR_MS))).rejects.toMatchObject({
      code: 'upstream_auth',
      message: 'the token of static has ended; put a new one in its place',
    })
    await expect(minter.mint({ ...requestFor(), scope: 'read' })).rejects.toMatchObject({
      code: 'invalid_target',
    })
  })

  it('warns in time, at the end, and for a new token anew', async () => {
    const own = createManualClock(clock.now())
    const file = fileWith(jwt(inHours(50) / 1000))
    const minter = staticToken({ token: { file }, clock: own, name: 'wallet', watchIntervalMs: 20 })
    const notices: MinterNotice[] = []
    const stop = minter.watch?.((notice) => notices.push(notice))
    const pass = (hours: number): void => {
      for (let passed = 0; passed < hours; passed += 1) own.advance(HOUR_MS)
    }
    pass(25)
    expect(notices).toEqual([])
    pass(1)
    expect(notices).toEqual([
      {
        kind: 'expires-soon',
        detail: `the token of wallet ends at ${new Date(inHours(50)).toISOString()}; put a new one in its place`,
      },
    ])
    pass(24)
    expect(notices.map(({ kind }) => kind)).toEqual(['expires-soon', 'expired'])
    writeFileSync(file, jwt(inHours(60) / 1000))
    await until(() => notices.length === 4)
    expect(notices.map(({ kind }) => kind).slice(2)).toEqual(['reloaded', 'expires-soon'])
    stop?.()
    expect(own.pending()).toBe(0)
  })

  it('keeps the old token where the new one has ended or does not say when it will', async () => {
    const file = fileWith(jwt(inHours(2) / 1000))
    const minter = staticToken({ token: { file }, clock })
    for (const text of [jwt(inHours(-1) / 1000), OPAQUE, '']) {
      writeFileSync(file, text)
      await expect(minter.reload?.()).rejects.toThrow(/static/)
    }
    expect(await minter.mint(requestFor())).toMatchObject({ expiresAt: inHours(2) })
  })

  it.each<[string, Partial<StaticTokenOptions> | object, string, RegExp]>([
    ['a token itself', { token: OPAQUE }, 'token', /a token itself does not belong here/],
    ['nothing', { token: undefined }, 'token', /neither/],
    ['a file that is not there', { token: { file: '/no/such' } }, '/no/such', /ENOENT/],
    ['an empty variable', { token: { env: 'NO_SUCH_VARIABLE' } }, '$NO_SUCH_VARIABLE', /is empty/],
    ['two words', { token: { env: variable(`Bearer ${OPAQUE}`) } }, '$', /no spaces/],
    ['broken JSON', { token: { env: variable(`{"token":"${OPAQUE}"`) } }, '$', /not JSON/],
    ['other JSON', { token: { env: variable(`{"access_token":"${OPAQUE}"}`) } }, '$', /yet not/],
    ['no end', { token: { env: variable(OPAQUE) } }, '$', /does not say when it ends/],
    ['an end in seconds', { expiresAt: inHours(2) / 1000 }, 'expiresAt', /no instant/],
    ['an end in words', { expiresAt: 'soon' }, 'expiresAt', /no instant/],
    ['a past end', { expiresAt: inHours(-1) }, '$', /has ended/],
    ['an end and none', { neverExpires: true }, 'neverExpires', /does end/],
    ['a misspelt option', { expireAt: 1 }, 'expireAt', /did you mean expiresAt/],
    ['a resource that is none', { resource: 'vault' }, 'resource', /base URL/],
    ['a warning in words', { warnBeforeMs: 'a day' }, 'warnBeforeMs', /number/],
  ])('stops the start for %s, and quotes nothing', (...[, options, field, fault]) => {
    const env = variable(jwt(inHours(2) / 1000))
    const error = errorOf(() => staticToken({ token: { env }, clock, ...options } as never))
    const found = configFaultsOf(error)?.faults.find((one) => one.field.startsWith(field))
    expect(found?.fault).toMatch(fault)
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
  })

  it('without an end must be said to have none, and is no browser’s by itself', async () => {
    const token = { env: variable(OPAQUE) }
    const minter = staticToken({ token, clock, neverExpires: true })
    expect(errorOf(() => createApp({ clock, audiences: { wallet: minter } }))).toMatchObject({
      problems: [expect.stringContaining("set delivery: 'proxy', or allowOutliving: true")],
    })
    const outliving = { minter, allowOutliving: true }
    const { broker } = createApp({ clock, audiences: { wallet: outliving } })
    expect(await askOne(broker, 'wallet')).toMatchObject({ access_token: OPAQUE, expires_in: 3600 })
    const rules = { minter, resource: 'https://vault.example/', allow: [allow('GET', '/x')] }
    const proxied = createApp({ clock, audiences: { wallet: { ...rules, delivery: 'proxy' } } })
    expect(await askOne(proxied.broker, 'wallet')).toMatchObject({ delivery: 'proxy' })
    expect((await proxied.broker.mint('wallet', 'job')).value).toBe(OPAQUE)
  })

  it('is never said to live longer than it does, nor than the login', async () => {
    const own = createManualClock(clock.now())
    const minter = staticToken({ token: { env: variable(jwt(inHours(1) / 1000)) }, clock: own })
    const lifeIn = async (changes: { expiresAt?: number }, appClock: ManualClock = own) => {
      const audiences = { wallet: { minter, maxLifetimeMs: 30 * DAY_MS } }
      const { broker } = createApp({
        clock: appClock,
        audiences,
        principal: { ...ADA, ...changes },
      })
      const { expires_in, error } = await askOne(broker, 'wallet')
      return expires_in ?? error
    }
    expect(await lifeIn({})).toBe(3600)
    own.advance(HOUR_MS / 2)
    expect(await lifeIn({})).toBe(1800)
    expect(await lifeIn({ expiresAt: inHours(0.75) })).toBe('invalid_target')
    expect(await lifeIn({ expiresAt: inHours(2) })).toBe(1800)
  })
})

function errorOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
