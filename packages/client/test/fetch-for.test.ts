import { describe, expect, it } from 'vitest'
import { codeOf, isBroker, SECOND, stage } from './stage.ts'

const CARDS = 'https://cards.vault.example'
describe('attaching a token', () => {
  it('joins relative addresses to the resource', async () => {
    const { client, vault } = stage({}, { audiences: { cards: { resource: `${CARDS}/v1` } } })
    const call = client.fetchFor('cards')
    await call('/find')
    await call('find?x=1')
    expect(vault.calls.map(({ url }) => url)).toEqual([`${CARDS}/v1/find`, `${CARDS}/v1/find?x=1`])
    expect(vault.calls[0]?.authorization).toBe('Bearer canary-1-cards')
  })

  it.each([
    'https://evil.example/',
    'http://cards.vault.example/',
    'https://cards.vault.example:8443/',
    'https://cards.vault.example@evil.example/',
    'https://user:pass@cards.vault.example/',
    'https://a.vault.example/',
    '//evil.example/x',
    '\\\\evil.example/x',
    'javascript:alert(1)',
    'data:text/plain,x',
  ])('sends nothing to %s', async (url) => {
    const { client, vault } = stage()
    expect(await codeOf(client.fetchFor('cards')(url))).toBe('origin_not_allowed')
    expect(vault.calls).toEqual([])
  })

  it('goes to an origin listed for the audience or its group', async () => {
    const { client, vault } = stage({ origins: { records: ['https://mirror.example'] } })
    await client.fetchFor('records/a')('https://mirror.example/x')
    expect(vault.calls[0]?.authorization).toBe('Bearer canary-1-records.a')
  })

  it.each(['https://x.example/path', 'x.example', 'http://x.example', '*'])(
    'refuses %s as an entry of origins',
    (origin) => {
      expect(() => stage({ origins: { cards: [origin] } })).toThrow(/origins: /)
    },
  )

  it('overrules what the caller says of redirects, cookies and referrer', async () => {
    const { client, vault } = stage()
    const request = new Request(`${CARDS}/x`, { redirect: 'follow', credentials: 'include' })
    await client.fetchFor('cards')(request)
    await client.fetchFor('cards')(`${CARDS}/x`, { redirect: 'follow', credentials: 'include' })
    for (const { init } of vault.calls)
      expect(init).toMatchObject({
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      })
  })

  it('carries method, headers and body of a Request, and leaves it unread', async () => {
    const { client, vault } = stage()
    const request = new Request(`${CARDS}/x`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'Content-Type': 'application/json' },
    })
    await client.fetchFor('cards')(request)
    const [call] = vault.calls
    expect(call?.body).toBe('{"a":1}')
    expect(call?.method).toBe('POST')
    expect(new Headers(call?.init.headers).get('Content-Type')).toBe('application/json')
    expect(request.bodyUsed).toBe(false)
  })

  it('passes the caller’s abort on to the vault call', async () => {
    const { client } = stage()
    expect(
      await codeOf(client.fetchFor('cards')(`${CARDS}/x`, { signal: AbortSignal.abort() })),
    ).toBe('AbortError')
  })
})

describe('a 401 of the vault', () => {
  it('costs one mint for 200 parallel calls, and all succeed', async () => {
    const { client, broker, vault } = stage()
    const { value } = await client.getToken('cards')
    vault.revoke(value)
    const call = client.fetchFor('cards')
    const answers = await Promise.all(Array.from({ length: 200 }, () => call('/x')))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(broker.mints()).toBe(2)
    expect(vault.calls.length).toBe(400)
  })

  it('is replayed at once with a token that is newer already', async () => {
    let late: (response: Response) => void = () => {}
    const { client, broker } = stage({
      fetch: (input, init) => {
        if (isBroker(input)) return broker.fetch(input, init)
        const text = new Headers(init?.headers).get('Authorization')
        if (text === 'Bearer canary-1-cards')
          return new Promise((resolve) => {
            late = resolve
          })
        return Promise.resolve(Response.json({}))
      },
    })
    const slow = client.fetchFor('cards')('/x')
    await client.getToken('cards')
    client.invalidate('cards')
    await client.getToken('cards')
    late(new Response('', { status: 401 }))
    expect((await slow).status).toBe(200)
    expect(broker.mints()).toBe(2)
  })

  it('stands where the broker stands by the token, and nobody is signed out', async () => {
    const { client, broker, vault, types } = stage()
    broker.stickToToken(true)
    vault.refuseEverything(true)
    const response = await client.fetchFor('cards')('/x')
    expect(response.status).toBe(401)
    expect(types()).toContain('same-token')
    expect(vault.calls).toHaveLength(1)
    expect(client.status('cards').status).toBe('ready')
  })

  it('passes through for 30 s once a token minted for it was refused too', async () => {
    const { client, broker, vault, clock, types } = stage({}, { lifetimeSeconds: 60 })
    vault.refuseEverything(true)
    const call = client.fetchFor('cards')
    for (let n = 0; n < 29; n += 1) {
      expect((await call('/x')).status).toBe(401)
      await clock.advance(SECOND)
    }
    expect(types()).toContain('token-rejected')
    expect(broker.mints()).toBe(2)
    expect(vault.calls).toHaveLength(30)
  })

  it('waits for the next forced mint where one was made less than 10 s ago', async () => {
    const { client, broker, vault, clock } = stage()
    await client.getToken('cards')
    client.invalidate('cards')
    const { value } = await client.getToken('cards')
    vault.revoke(value)
    const answer = client.fetchFor('cards')('/x')
    await clock.advance(9 * SECOND)
    expect(broker.mints()).toBe(2)
    await clock.advance(2 * SECOND)
    expect((await answer).status).toBe(200)
    expect(broker.mints()).toBe(3)
  })

  it('reaches the caller whole when no other token can be had', async () => {
    const { client, broker, vault } = stage()
    await client.getToken('cards')
    vault.refuseEverything(true)
    broker.unreachable(true)
    const response = await client.fetchFor('cards')('/x')
    expect(response.status).toBe(401)
    expect(await response.text()).toBe('Unauthorized')
  })

  it('does not let an older flight bring the refused token back', async () => {
    const { client, broker, vault, clock, signals } = stage()
    signals.hide()
    const { value } = await client.getToken('cards')
    await clock.advance(220 * SECOND)
    broker.set({ latencyMs: SECOND })
    broker.stickToToken(true)
    // The older flight leaves now and lands after a second, with the token that is refused meanwhile.
    await client.getToken('cards')
    await clock.advance(500)
    vault.revoke(value)
    const answer = client.fetchFor('cards')('/x')
    await clock.advance(600)
    broker.stickToToken(false)
    const other = client.getToken('cards')
    await clock.advance(SECOND)
    expect((await answer).status).toBe(200)
    expect((await other).value).not.toBe(value)
  })

  const bodies: [string, () => BodyInit, boolean][] = [
    ['a string', () => 'abc', true],
    ['URLSearchParams', () => new URLSearchParams({ a: 'b' }), true],
    ['FormData', () => new FormData(), true],
    ['a Blob', () => new Blob(['abc']), true],
    ['bytes', () => new TextEncoder().encode('abc'), true],
    ['a stream', () => new Blob(['abc']).stream(), false],
  ]
  it.each(bodies)('replays %s where that can be sent twice', async (_, body, replays) => {
    const { client, vault } = stage()
    const { value } = await client.getToken('cards')
    vault.revoke(value)
    const init = { method: 'POST', body: body(), duplex: 'half' } as RequestInit
    const response = await client.fetchFor('cards')('/x', init)
    expect(response.status).toBe(replays ? 200 : 401)
    expect(vault.calls).toHaveLength(replays ? 2 : 1)
  })

  it.each([
    ['up to 1 MiB', 1024 * 1024, 200],
    ['not beyond', 1024 * 1024 + 1, 401],
  ])('replays the body of a Request %s', async (_, bytes, status) => {
    const { client, vault } = stage()
    const { value } = await client.getToken('cards')
    vault.revoke(value)
    const request = new Request(`${CARDS}/x`, { method: 'POST', body: 'x'.repeat(bytes) })
    const response = await client.fetchFor('cards')(request)
    expect(response.status).toBe(status)
    for (const call of vault.calls) expect(call.body.length).toBe(bytes)
  })

  it('does not touch a 403', async () => {
    const { client, broker } = stage({
      fetch: (input, init) =>
        isBroker(input)
          ? broker.fetch(input, init)
          : Promise.resolve(new Response('', { status: 403 })),
    })
    expect((await client.fetchFor('cards')('/x')).status).toBe(403)
    expect(broker.requests()).toHaveLength(1)
  })

  it('sends nothing for the former user when the user changed meanwhile', async () => {
    const { client, vault, clock } = stage({}, { latencyMs: 100 })
    const code = codeOf(client.fetchFor('cards')('/x'))
    await clock.advance(50)
    client.reset('bob')
    await clock.advance(200)
    expect(await code).toBe('identity_changed')
    expect(vault.calls).toEqual([])
  })
})

describe('an audience that the broker proxies', () => {
  const answer = (item: object) =>
    JSON.stringify({
      server_time: 1,
      tokens: [{ id: '0', audience: 'cards', delivery: 'proxy', expires_in: 300, ...item }],
    })

  function proxied(item: object) {
    const scene = stage({ headers: () => ({ Authorization: 'Bearer app' }) })
    scene.broker.answerNext(200, answer(item))
    return scene
  }

  it('is called through the broker, with the app’s login and no token', async () => {
    const seen: Request[] = []
    const { client, broker } = stage({
      headers: () => ({ Authorization: 'Bearer app' }),
      fetch: async (input, init) => {
        const request = new Request(input, init)
        if (request.url.endsWith('/tokens')) return broker.fetch(input, init)
        seen.push(request)
        return new Response('no', { status: 401 })
      },
    })
    broker.answerNext(200, answer({ resource: 'proxy/cards/', access_token: 'stray' }))
    const response = await client.fetchFor('cards')('/v1/x', { method: 'POST', body: 'a' })
    expect(response.status).toBe(401)
    expect(seen.map(({ url }) => url)).toEqual(['https://app.example/api/broker/proxy/cards/v1/x'])
    expect(seen[0]?.headers.get('Authorization')).toBe('Bearer app')
    expect(seen[0]?.headers.get('X-Valet-Key')).toBe('1')
    expect(broker.requests()).toHaveLength(1)
  })

  it('gives out no token', async () => {
    const { client } = proxied({ resource: 'proxy/cards/', access_token: 'stray' })
    expect(await codeOf(client.getToken('cards'))).toBe('token_withheld')
    expect(await codeOf(client.getTokens(['cards']))).toBe('token_withheld')
    expect(await client.prepare(['cards'])).toMatchObject([
      { resource: 'https://app.example/api/broker/proxy/cards/' },
    ])
  })

  it.each([
    'https://evil.example/',
    'https://app.example/elsewhere/',
    'https://app.example/api/brokers/',
  ])('sends the login nowhere else: %s', async (resource) => {
    const { client, vault } = proxied({ resource })
    expect(await codeOf(client.fetchFor('cards')('/x'))).toBe('origin_not_allowed')
    expect(vault.calls).toEqual([])
  })

  it.each(['../records/x', '../../tokens', 'https://app.example/api/broker/proxy/records/x'])(
    'is left by no path: %s',
    async (path) => {
      const { client, vault } = proxied({ resource: 'proxy/cards/' })
      expect(await codeOf(client.fetchFor('cards')(path))).toBe('origin_not_allowed')
      expect(vault.calls).toEqual([])
    },
  )
})
