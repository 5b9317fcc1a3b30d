import { describe, expect, it } from 'vitest'
import { createTokenClient, isTokenError } from '../src/index.ts'
import { settle } from '../src/testing/index.ts'
import { SECOND, stage } from './stage.ts'

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (isTokenError(error) ? error.code : (error as Error).name),
  )

describe('asking the broker', () => {
  it('makes one request of 1,000 concurrent calls over the members of a group', async () => {
    const { client, broker } = stage()
    const members = ['records/a', 'records/b', 'records/c']
    const calls = Array.from({ length: 1_000 }, (_, n) => client.getToken(members[n % 3] ?? ''))
    const tokens = await Promise.all(calls)
    expect(broker.requests()).toHaveLength(1)
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(3)
  })

  it('puts audiences and groups asked for in one tick into one request', async () => {
    const { client, broker } = stage()
    await Promise.all([
      client.getToken('cards'),
      client.getToken('mail'),
      client.getTokens('records'),
    ])
    expect(broker.requests().map(({ tokens }) => tokens.map(({ audience }) => audience))).toEqual([
      ['cards', 'mail', 'records'],
    ])
  })

  it('splits more than 32 items over several requests', async () => {
    const audiences = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`a${n}`, {}]))
    const { client, broker } = stage({}, { audiences })
    await Promise.all(Object.keys(audiences).map((audience) => client.getToken(audience)))
    expect(broker.requests().map(({ tokens }) => tokens.length)).toEqual([32, 8])
  })

  it('joins a request on its way', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 100 })
    const first = client.getToken('cards')
    await clock.advance(50)
    const second = client.getToken('cards')
    await clock.advance(50)
    expect((await first).value).toBe((await second).value)
    expect(broker.requests()).toHaveLength(1)
  })

  it('keeps tokens of one audience apart by scope', async () => {
    const { client } = stage()
    const read = await client.getToken('cards', { scope: 'read' })
    const write = await client.getToken('cards', { scope: 'write' })
    expect(read.value).not.toBe(write.value)
    expect((await client.getToken('cards', { scope: 'read' })).value).toBe(read.value)
  })

  it('reads the headers option anew for every request', async () => {
    let bearer = 'one'
    const seen: (string | null)[] = []
    const { client, broker } = stage({
      headers: () => ({ Authorization: `Bearer ${bearer}` }),
      fetch: (input, init) => {
        seen.push(new Headers(init?.headers).get('Authorization'))
        return broker.fetch(input, init)
      },
    })
    await client.getToken('cards')
    bearer = 'two'
    await client.getToken('mail')
    expect(seen).toEqual(['Bearer one', 'Bearer two'])
  })

  it('detaches an aborting caller alone', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 100 })
    const leaving = new AbortController()
    const left = codeOf(client.getToken('cards', { signal: leaving.signal }))
    const stays = client.getToken('cards')
    await clock.advance(10)
    leaving.abort()
    await clock.advance(90)
    expect(await left).toBe('AbortError')
    expect((await stays).value).toBe('canary-1-cards')
    expect(broker.requests()).toHaveLength(1)
  })

  it('asks nothing for a caller that has aborted already', async () => {
    const { client, broker } = stage()
    expect(await codeOf(client.getToken('cards', { signal: AbortSignal.abort() }))).toBe(
      'AbortError',
    )
    expect(broker.requests()).toHaveLength(0)
  })

  it('gives up on a broker that does not answer in 10 s', async () => {
    const hangs = new Promise<never>(() => {})
    const { client, clock } = stage({ fetch: () => hangs, random: () => 0 })
    const code = codeOf(client.getToken('cards'))
    await clock.advance(10 * SECOND)
    expect(await code).toBe('broker_timeout')
    client.dispose()
    expect(clock.pending()).toBe(0)
  })

  it('works on a function in place of an address', async () => {
    const client = createTokenClient(async ({ tokens }) => ({
      server_time: 0,
      tokens: tokens.map(({ id, audience }) => ({
        id,
        audience,
        access_token: 'abc',
        expires_in: 60,
        resource: 'https://vault.example/',
      })),
    }))
    expect((await client.getToken('cards')).value).toBe('abc')
    client.dispose()
  })

  it.each([
    ['html', 200, '<!doctype html>'],
    ['another shape', 200, '{"token":"x"}'],
    ['a teapot', 418, ''],
  ])('calls an answer that is no broker’s malformed: %s', async (_, status, body) => {
    const { client, broker } = stage()
    broker.answerNext(status, body)
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
  })

  it.each([
    ['no lifetime', { access_token: 'x' }],
    ['a lifetime of zero', { access_token: 'x', expires_in: 0 }],
    ['a lifetime in words', { access_token: 'x', expires_in: '300' }],
    ['an empty token', { access_token: '', expires_in: 300 }],
    ['a token with a line break', { access_token: 'a\nb', expires_in: 300 }],
    [
      'a resource without encryption',
      { access_token: 'x', expires_in: 300, resource: 'http://v.example/' },
    ],
    ['another audience', { audience: 'mail', access_token: 'x', expires_in: 300 }],
  ])('spoils only the item that is malformed: %s', async (_, item) => {
    const { client, broker } = stage()
    const good = { id: '1', audience: 'mail', access_token: 'good', expires_in: 300 }
    const bad = { id: '0', audience: 'cards', ...item }
    broker.answerNext(200, JSON.stringify({ server_time: 1, tokens: [bad, good] }))
    const codes = await Promise.all([
      codeOf(client.getToken('cards')),
      codeOf(client.getToken('mail')),
    ])
    expect(codes).toEqual(['malformed_response', 'resolved'])
  })
})

describe('refreshing', () => {
  it('serves the token it has and refreshes meanwhile, between the margins', async () => {
    const { client, broker, clock, signals } = stage({}, { latencyMs: 0 })
    signals.hide()
    const first = await client.getToken('cards')
    await clock.advance(220 * SECOND)
    expect((await client.getToken('cards')).value).toBe(first.value)
    await settle()
    expect(broker.requests()).toHaveLength(2)
    expect((await client.getToken('cards')).value).not.toBe(first.value)
  })

  it('refreshes by itself what was used lately, and stops when nobody comes back', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    await clock.advance(3_600 * SECOND)
    expect(broker.requests()).toHaveLength(2)
  })

  it('refreshes for as long as somebody keeps it fresh', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 10 })
    const release = client.keepFresh('records')
    await clock.advance(70 * SECOND)
    // Half of the draw of 0.1 to 0.5 leaves 70 % of 10 s between two refreshes.
    expect(broker.requests()).toHaveLength(11)
    expect(client.status('records').status).toBe('ready')
    release()
    await clock.advance(70 * SECOND)
    expect(broker.requests().length).toBeLessThan(14)
  })

  it('makes callers wait within the hard margin', async () => {
    const { client, broker, clock, signals } = stage({}, { lifetimeSeconds: 100 })
    signals.hide()
    const first = await client.getToken('cards')
    await clock.advance(91 * SECOND)
    expect((await client.getToken('cards')).value).not.toBe(first.value)
    expect(broker.requests()).toHaveLength(2)
  })

  it('takes along what is nearly due', async () => {
    const draws = [0.5, 0.4]
    const { client, broker, clock } = stage({ random: () => draws.shift() ?? 0.5 })
    await Promise.all([client.getToken('cards'), client.getToken('mail')])
    await clock.advance(211 * SECOND)
    expect(broker.requests().map(({ tokens }) => tokens.length)).toEqual([2, 2])
  })

  it('arms no timer in a hidden tab, and catches up when it is shown', async () => {
    const { client, broker, clock, signals } = stage()
    await client.getToken('cards')
    client.keepFresh('cards')
    signals.hide()
    await clock.advance(70 * SECOND)
    expect(clock.pending()).toBe(0)
    await clock.advance(3_600 * SECOND)
    expect(broker.requests()).toHaveLength(1)
    signals.show()
    await settle()
    expect(broker.requests()).toHaveLength(2)
  })

  it('asks on demand only for tokens that live under 3 s, and says so', async () => {
    const { client, broker, clock, types } = stage({}, { lifetimeSeconds: 2 })
    client.keepFresh('cards')
    await clock.advance(60 * SECOND)
    expect(broker.requests()).toHaveLength(1)
    expect(types()).toContain('short-lifetime')
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
  })

  it('does not storm when the broker insists on a token past its refresh point', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 10 })
    broker.stickToToken(true)
    client.keepFresh('cards')
    for (let n = 0; n < 600; n += 1) {
      await client.getToken('cards')
      await clock.advance(100)
    }
    expect(broker.requests().length).toBeLessThanOrEqual(60 / 3 + 1)
  })

  it('never sleeps longer than a minute', async () => {
    const { client, clock } = stage({}, { lifetimeSeconds: 86_400 })
    client.keepFresh('cards')
    await clock.advance(600 * SECOND)
    expect(clock.longestDelayMs()).toBeLessThanOrEqual(60 * SECOND)
  })

  it('marks requests nobody waits for as background', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    await clock.advance(211 * SECOND)
    expect(broker.requests().map(({ background }) => background)).toEqual([undefined, true])
  })
})

describe('time', () => {
  it('counts a token’s life from before the request, not from the answer', async () => {
    const { client, clock, signals, broker } = stage(
      {},
      { latencyMs: 9 * SECOND, lifetimeSeconds: 100 },
    )
    signals.hide()
    const token = client.getToken('cards')
    await clock.advance(9 * SECOND)
    await token
    broker.set({ latencyMs: 0 })
    await clock.advance(82 * SECOND)
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
  })

  it.each([3_600_000, -3_600_000])(
    'judges nothing by a wall clock that is %d ms off',
    async (offMs) => {
      const { client, broker, clock } = stage()
      clock.jump(offMs)
      for (let n = 0; n < 100; n += 1) await client.getToken('cards')
      expect(broker.requests()).toHaveLength(1)
    },
  )

  it('serves no token that expired while the machine slept', async () => {
    const { client, clock } = stage()
    await client.getToken('cards')
    clock.sleep(3_600 * SECOND)
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
  })

  it('renews once after the clock was set back, and carries on', async () => {
    const { client, broker, clock, types } = stage()
    await client.getToken('cards')
    clock.jump(-3_600 * SECOND)
    for (let n = 0; n < 20; n += 1) await client.getToken('cards')
    expect(broker.requests()).toHaveLength(2)
    expect(types().filter((type) => type === 'clock-jump')).toHaveLength(1)
  })

  it('serves the doubted token if the broker is down after a clock jump', async () => {
    const { client, broker, clock } = stage()
    const before = await client.getToken('cards')
    clock.jump(-60 * SECOND)
    broker.unreachable(true)
    expect((await client.getToken('cards')).value).toBe(before.value)
  })

  it('renews what is kept fresh within 10 s of noticing a clock jump', async () => {
    const { client, broker, clock } = stage()
    client.keepFresh('cards')
    await settle()
    clock.jump(30 * SECOND)
    await clock.advance(71 * SECOND)
    expect(broker.requests()).toHaveLength(2)
  })
})

describe('failure', () => {
  it('keeps serving a usable token while the broker is down', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 60 })
    const token = await client.getToken('cards')
    broker.unreachable(true)
    for (let n = 0; n < 53; n += 1) {
      await clock.advance(SECOND)
      expect((await client.getToken('cards')).value).toBe(token.value)
    }
    broker.unreachable(false)
    await clock.advance(30 * SECOND)
    expect((await client.getToken('cards')).value).not.toBe(token.value)
  })

  it('tells every caller at once, with the time to come back', async () => {
    const { client, broker, clock } = stage()
    broker.failNext({ error: 'temporarily_unavailable', retryAfterSeconds: 7, times: 99 })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'temporarily_unavailable', retryable: true, status: 503 })
    expect(error).toMatchObject({ retryAt: clock.wall() + 7 * SECOND })
    expect(await codeOf(client.getToken('cards'))).toBe('temporarily_unavailable')
    expect(await codeOf(client.getToken('mail'))).toBe('temporarily_unavailable')
    expect(broker.requests()).toHaveLength(1)
    await clock.advance(7 * SECOND)
    await codeOf(client.getToken('cards'))
    expect(broker.requests()).toHaveLength(2)
  })

  it('remembers a refusal for a minute, a lost session for 3 s', async () => {
    const { client, broker, clock, types } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    broker.failNext({ error: 'invalid_session', status: 401 })
    expect(await codeOf(client.getToken('mail'))).toBe('invalid_session')
    expect(types()).toContain('session-expired')
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    await clock.advance(3 * SECOND + 1)
    expect(await codeOf(client.getToken('mail'))).toBe('resolved')
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    await clock.advance(57 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('forgets a refusal when the tab wakes', async () => {
    const { client, broker, signals } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    signals.wake('focus')
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('backs off with growing pauses for what is kept fresh', async () => {
    const { client, broker, clock } = stage({ random: () => 0.999 })
    broker.unreachable(true)
    client.keepFresh('cards')
    await clock.advance(120 * SECOND)
    expect(broker.requests().length).toBeLessThan(15)
    broker.unreachable(false)
    await clock.advance(31 * SECOND)
    expect(client.status('cards').status).toBe('ready')
  })

  it('names being offline as such, and recovers with the network', async () => {
    const { client, broker, signals } = stage()
    client.keepFresh('cards')
    signals.network(false)
    broker.unreachable(true)
    expect(await codeOf(client.getToken('mail'))).toBe('offline')
    broker.unreachable(false)
    signals.network(true)
    expect(await codeOf(client.getToken('mail'))).toBe('resolved')
  })

  it('says at once that more life was asked for than the broker gives', async () => {
    const { client, broker } = stage({}, { lifetimeSeconds: 60 })
    await client.getToken('cards')
    expect(await codeOf(client.getToken('cards', { minRemaining: 61 * SECOND }))).toBe(
      'min_remaining_unmet',
    )
    expect(broker.requests()).toHaveLength(1)
  })

  it('fetches a longer-lived token when a caller needs one', async () => {
    const { client, clock, signals } = stage({}, { lifetimeSeconds: 60 })
    signals.hide()
    await client.getToken('cards')
    await clock.advance(25 * SECOND)
    const token = await client.getToken('cards', { minRemaining: 50 * SECOND })
    expect(token.value).toBe('canary-2-cards')
  })

  it('says what to do in every error, with a page to read', async () => {
    const { client, broker } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({
      audience: 'cards',
      docsUrl: expect.stringMatching(/errors\.md#invalid_target$/),
    })
    expect(String(error)).toContain("Check the audience's spelling")
  })
})

describe('identity', () => {
  it('gives nothing of the former user after a reset, to nobody', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 100 })
    const waiting = codeOf(client.getToken('cards'))
    await clock.advance(50)
    client.reset('bob')
    broker.set({ session: 'session-2' })
    await clock.advance(100)
    expect(await waiting).toBe('identity_changed')
    expect(client.status('cards').status).toBe('idle')
    const token = client.getToken('cards')
    await clock.advance(100)
    expect((await token).value).toBe('canary-1-cards')
  })

  it('takes a reset to the same identity for none', async () => {
    const { client, broker } = stage()
    client.reset('ada')
    await client.getToken('cards')
    client.reset('ada')
    await client.getToken('cards')
    expect(broker.requests()).toHaveLength(1)
  })

  it('resets when identity() names somebody else', async () => {
    let user = 'ada'
    const { client, broker, types } = stage({ identity: () => user })
    const first = await client.getToken('cards')
    user = 'bob'
    expect((await client.getToken('cards')).value).not.toBe(first.value)
    expect(broker.requests()).toHaveLength(2)
    expect(types().filter((type) => type === 'identity-changed')).toHaveLength(1)
  })

  it('resets when the broker answers for another login, and hands out nothing of that answer', async () => {
    const { client, broker, clock, types } = stage()
    await client.getToken('cards')
    broker.set({ session: 'session-2' })
    const code = codeOf(client.getToken('mail'))
    await clock.advance(0)
    expect(await code).toBe('identity_changed')
    expect(types()).toContain('identity-changed')
    expect((await client.getToken('cards')).value).toBe('canary-3-cards')
  })

  it('keeps fresh for the new user what was kept fresh for the former', async () => {
    const { client, broker } = stage()
    client.keepFresh('cards')
    await settle()
    client.reset('bob')
    await settle()
    expect(broker.requests()).toHaveLength(2)
    expect(client.status('cards').status).toBe('ready')
  })

  it('ends everything with dispose', async () => {
    const { client, clock } = stage({}, { latencyMs: 100 })
    const waiting = codeOf(client.getToken('cards'))
    client.keepFresh('mail')
    await settle()
    client.dispose()
    expect(await waiting).toBe('disposed')
    expect(clock.pending()).toBe(0)
    expect(await codeOf(client.getToken('cards'))).toBe('disposed')
  })
})

describe('giving a token up', () => {
  it('asks for another after invalidate, and tells the broker which', async () => {
    const { client, broker } = stage()
    await client.getToken('cards')
    client.invalidate('cards')
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
    expect(broker.requests()[1]?.tokens[0]).toMatchObject({ rejected: 'id-1' })
  })

  it('forces at most one mint of a key in 10 s', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    for (let n = 0; n < 9; n += 1) {
      client.invalidate('cards')
      await client.getToken('cards')
      await clock.advance(SECOND)
    }
    expect(broker.requests()).toHaveLength(2)
  })

  it('rejects a caller whose refused token the broker stands by', async () => {
    const { client, broker } = stage()
    const refused = await client.getToken('cards')
    broker.stickToToken(true)
    expect(await codeOf(client.getToken('cards', { rejected: refused }))).toBe('token_rejected')
  })

  it('answers a newer token at once to a caller whose refused token is old', async () => {
    const { client, broker } = stage()
    const refused = await client.getToken('cards')
    client.invalidate('cards')
    const newer = await client.getToken('cards')
    expect((await client.getToken('cards', { rejected: refused })).value).toBe(newer.value)
    expect(broker.requests()).toHaveLength(2)
  })
})
