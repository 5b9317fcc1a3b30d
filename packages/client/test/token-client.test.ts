import { describe, expect, it } from 'vitest'
import { createTokenClient } from '../src/index.ts'
import { codeOf, SECOND, stage } from './stage.ts'

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
    ['a code that no broker knows', { error: 'toString' }],
    ['a code of our own', { error: 'disposed' }],
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

  it.each([
    'http://broker.example/',
    'ftp://broker.example/',
    'https://user:pass@broker.example/',
    'http://',
  ])('refuses %s as the address of a broker', (address) => {
    expect(() => createTokenClient(address)).toThrow(/broker: .*mend the option/)
  })

  it('can be made where there is no page, and says at its use that the path leads nowhere', async () => {
    const seen: string[] = []
    const client = createTokenClient('/api/broker', {
      fetch: async (input) => {
        seen.push(new Request(input).url)
        throw new TypeError('no such host')
      },
    })
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
    expect(seen).toEqual(['https://no-page.invalid/api/broker/tokens'])
    client.dispose()
  })
})
