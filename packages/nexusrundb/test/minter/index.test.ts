import { describe, expect, it } from 'vitest'
import { nexusrundb, type NexusRunDbMinterOptions } from '../../src/minter/index.ts'
import { json, jwt, rejectionOf, requestFor, serverThat, text } from '../setup.ts'

const NOW = 1_893_456_000_250
const clock = { now: (): number => NOW }
const own = { accessKey: 'ak-1', accessSecret: 's3cret: with colon', clock }
const master = { ...own, accessKey: 'master', masterKey: true }

const minterOf = (
  { baseUrl }: { baseUrl: string },
  options: Partial<NexusRunDbMinterOptions> = {},
) => nexusrundb({ baseUrl, ...own, ...options })

describe('a mint', () => {
  it('asks with Basic, for whole milliseconds in the query, and gives the database’s address', async () => {
    const server = await serverThat(json(200, { token: jwt() }))
    const token = await minterOf(server).mint(requestFor({ lifetimeMs: 1_500.7 }))
    expect(token).toEqual({ value: jwt(), expiresAt: NOW + 1_500, resource: server.baseUrl })
    expect(server.requests).toEqual([
      {
        method: 'POST',
        url: '/databases/db-1/accesskeys/ak-1/token?expiry=1500',
        authorization: `Basic ${btoa('ak-1:s3cret: with colon')}`,
        body: '',
      },
    ])
  })

  it('has method, path and parameter as it is told', async () => {
    const server = await serverThat(json(200, { token: jwt() }))
    const habits = { tokenMethod: 'GET', expiryParam: 'ttl-ms' } as const
    await minterOf(server, { ...habits, tokenPath: 'tokens?for={accessKey}&v=2' }).mint(
      requestFor(),
    )
    await minterOf(server, { ...habits, tokenPath: '/mint/{databaseId}' }).mint(requestFor())
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /databases/db-1/tokens?for=ak-1&v=2&ttl-ms=60000',
      'GET /mint/db-1?ttl-ms=60000',
    ])
  })

  it('never asks for more than maxLifetimeMs, nor for nothing', async () => {
    const server = await serverThat(json(200, { token: jwt() }))
    await minterOf(server).mint(requestFor({ lifetimeMs: 86_400_000 }))
    expect(server.requests[0]?.url).toContain('expiry=3600000')
    const error = await rejectionOf(minterOf(server).mint(requestFor({ lifetimeMs: 0.5 })))
    expect(error).toMatchObject({ code: 'invalid_target' })
    expect(server.requests).toHaveLength(1)
  })

  it('gives a token of 30 days where that is allowed', async () => {
    const server = await serverThat(json(200, { token: jwt() }))
    const month = 30 * 86_400_000
    const { expiresAt } = await minterOf(server, { maxLifetimeMs: month }).mint(
      requestFor({ lifetimeMs: month }),
    )
    expect(expiresAt).toBe(NOW + month)
  })
})

describe('the token', () => {
  it.each<[string, unknown]>([
    ['token', { token: jwt() }],
    ['jwt', { status: 'ok', jwt: jwt() }],
    ['accessToken, under data', { data: { accessToken: jwt() } }],
    ['access_token, under result', { result: { access_token: jwt() } }],
    ['a JSON text', jwt()],
  ])('is found as %s', async (_, content) => {
    const server = await serverThat(json(200, content))
    expect((await minterOf(server).mint(requestFor())).value).toBe(jwt())
  })

  it('is found as bare text, and as JSON that calls itself text', async () => {
    const server = await serverThat(text(200, `${jwt()}\n`), text(200, `{"token":"${jwt()}"}`))
    for (const _ of [1, 2]) expect((await minterOf(server).mint(requestFor())).value).toBe(jwt())
  })

  it('is found where tokenField or extractToken says', async () => {
    const server = await serverThat(json(200, { token: 'decoy', deep: { er: 'opaque' } }))
    const byField = minterOf(server, { tokenField: 'deep.er' })
    const byFunction = minterOf(server, {
      extractToken: (content, type) =>
        type.startsWith('application/json') ? Reflect.get(Object(content), 'deep').er : undefined,
    })
    for (const minter of [byField, byFunction])
      expect((await minter.mint(requestFor())).value).toBe('opaque')
  })

  it.each<[string, Parameters<typeof text>, RegExp]>([
    ['a page', [200, '<html>canary</html>', 'text/html'], /it is a page/],
    ['a text', [200, 'canary came through'], /it is text, and no JWT/],
    ['nothing', [200, ''], /it is text/],
    ['a list', [200, '["canary"]'], /no object/],
    ['other members', [200, '{"id":"canary","note":1}'], /members id, note/],
    ['a member that no header holds', [200, '{"token":"can\\nary"}'], /members token/],
    ['names that may be values', [200, '{"canary of 7!":1}'], /no name that can be shown/],
  ])('is missed in %s, which is not quoted', async (_, answer, words) => {
    const server = await serverThat(text(...answer))
    const error = await rejectionOf(minterOf(server).mint(requestFor()))
    expect(error).toMatchObject({ code: 'upstream_invalid', message: expect.stringMatching(words) })
    expect(String(error)).not.toContain('canary')
    expect(String(error)).toMatch(/set tokenField or extractToken/)
  })

  it('is not looked for any further where extractToken throws', async () => {
    const extractToken = (): never => {
      throw new Error('canary')
    }
    const server = await serverThat(json(200, {}))
    const error = await rejectionOf(minterOf(server, { extractToken }).mint(requestFor()))
    expect(error).toMatchObject({ code: 'upstream_invalid' })
    expect(String(error)).not.toContain('canary')
  })
})

describe('the end of a token', () => {
  const endOf = async (exp: number | undefined, lifetimeMs = 60_000) => {
    const server = await serverThat(json(200, { token: jwt(exp) }))
    return minterOf(server).mint(requestFor({ lifetimeMs }))
  }

  it.each<[string, number | undefined, number]>([
    ['its exp in seconds', (NOW + 30_000) / 1000, NOW + 30_000],
    ['its exp in milliseconds', NOW + 30_001, NOW + 30_001],
    ['what was asked for, where it has no exp', undefined, NOW + 60_000],
    ['what was asked for, where exp is a little later', (NOW + 60_400) / 1000, NOW + 60_000],
  ])('is %s', async (_, exp, expected) => {
    expect((await endOf(exp)).expiresAt).toBeCloseTo(expected, 2)
  })

  it('must not lie far beyond what was asked for: then the parameter was not heeded', async () => {
    const hourLater = (NOW + 3_600_000) / 1000
    const error = await rejectionOf(endOf(hourLater))
    expect(error).toMatchObject({
      code: 'upstream_invalid',
      message: expect.stringMatching(/3600000 ms where 60000 ms were asked for; check expiryParam/),
    })
  })

  it('must not be over', async () => {
    const error = await rejectionOf(endOf(NOW / 1000))
    expect(error).toMatchObject({ message: expect.stringMatching(/over already; check .*clock/) })
  })
})

describe('forAccessKey', () => {
  const mintAll = async (options: Partial<NexusRunDbMinterOptions>, requests: object[]) => {
    const server = await serverThat(json(200, { token: jwt() }))
    const minter = minterOf(server, options)
    const outcomes = await Promise.allSettled(
      requests.map((request) => minter.mint(requestFor(request))),
    )
    const keys = server.requests.map(({ url }) => /accesskeys\/([^/]+)\//.exec(url)?.[1] ?? '')
    const codes = outcomes.map((o) => (o.status === 'rejected' ? o.reason.code : 'minted'))
    return { minter, keys: keys.toSorted((a, b) => a.localeCompare(b)), codes }
  }

  it('names one access key for all', async () => {
    const { minter, keys } = await mintAll({ ...master, forAccessKey: 'ak-2' }, [{}])
    expect([minter.shareable, keys]).toEqual([true, ['ak-2']])
  })

  it('decides by user', async () => {
    const forAccessKey = ({ subject }: { subject?: string }) =>
      ({ ann: 'ak-ann', bob: 'ak-bob' })[subject ?? '']
    const { minter, keys, codes } = await mintAll({ ...master, forAccessKey }, [
      { subject: 'ann' },
      { subject: 'bob' },
      { subject: 'eve' },
      {},
    ])
    expect([minter.shareable, keys]).toEqual([false, ['ak-ann', 'ak-bob']])
    expect(codes).toEqual(['minted', 'minted', 'invalid_target', 'invalid_target'])
  })

  it('decides by scope, and one token serves all who were granted it', async () => {
    const forAccessKey = { read: 'ak-read', write: 'ak-write' }
    const { minter, keys, codes } = await mintAll({ ...master, forAccessKey }, [
      { scope: 'read' },
      { scope: 'write' },
      { scope: 'read write' },
      { scope: 'constructor' },
      {},
    ])
    expect([minter.shareable, keys]).toEqual([true, ['ak-read', 'ak-write']])
    expect(codes.slice(2)).toEqual(['invalid_target', 'invalid_target', 'invalid_target'])
  })

  it('never gives the Master key itself, nor what is no access key', async () => {
    for (const key of ['master', 'a/b', '*', '..'])
      expect((await mintAll({ ...master, forAccessKey: () => key }, [{}])).codes).toEqual([
        'invalid_target',
      ])
    const allowed = { ...master, forAccessKey: () => 'master', allowFullAuthority: true }
    expect((await mintAll(allowed, [{}])).keys).toEqual(['master'])
  })

  it('takes no scope without it: a token cannot be narrowed', async () => {
    expect((await mintAll({}, [{ scope: 'read' }])).codes).toEqual(['invalid_target'])
  })
})
