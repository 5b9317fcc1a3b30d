import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AuthOptions, Rest, type TokenParams, type TokenRequest } from 'ably'
import { type Emulated, emulated, KEY } from './house.ts'

/** Ably's own SDK, pointed at the emulator. */
function officialClient({ port }: Emulated, key = KEY): Rest {
  return new Rest({
    key,
    endpoint: '127.0.0.1',
    port,
    tls: false,
    useTokenAuth: true,
    useBinaryProtocol: false,
    logLevel: 0,
  })
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code: unknown }) => error.code,
  )

test('Ably’s own SDK signs, gets a token, publishes, and reads what it published', async () => {
  const client = officialClient(await emulated())
  await client.channels.get('news').publish('greeting', 'hello')
  const { items } = await client.channels.get('news').history()
  assert.deepEqual(
    items.map(({ name, data }) => [name, data]),
    [['greeting', 'hello']],
  )
})

test('refuses a wrong secret, a late and a repeated request, and what the key may not do', async () => {
  const emulator = await emulated({ capability: { news: ['history'] } })
  const asks = (request: TokenRequest): Promise<unknown> => {
    const authCallback: AuthOptions['authCallback'] = (_, done) => done(null, request)
    return officialClient(emulator).auth.requestToken(undefined, { authCallback })
  }
  assert.equal(await codeOf(officialClient(emulator, `${KEY}x`).auth.requestToken()), 40101)
  const { auth } = officialClient(emulator)
  const once = await auth.createTokenRequest({ capability: { news: ['history'] } }, { key: KEY })
  assert.equal(await codeOf(asks(once)), 'no error')
  assert.equal(await codeOf(asks(once)), 40105)
  const timestamp = Date.now() - 121_000
  const late = await auth.createTokenRequest({ timestamp }, { key: KEY })
  assert.equal(await codeOf(asks(late)), 40104)
  const wide = await auth.createTokenRequest({ capability: { news: ['publish'] } }, { key: KEY })
  assert.equal(await codeOf(asks(wide)), 40160)
  const long = await auth.createTokenRequest({ ttl: 86_400_001 }, { key: KEY })
  assert.equal(await codeOf(asks(long)), 40003)
})

test('refuses a token at the millisecond of its end, and for another channel', async () => {
  let now = Date.now()
  const emulator = await emulated({ now: () => now })
  const { auth } = officialClient(emulator)
  const wish: TokenParams = { ttl: 1_000, capability: { news: ['history'] }, timestamp: now }
  const request = await auth.createTokenRequest(wish, { key: KEY })
  const answer = await fetch(`${emulator.url}keys/app1.key1/requestToken`, {
    method: 'POST',
    body: JSON.stringify(request),
  })
  const { token, expires } = await answer.json()
  const read = async (channel: string): Promise<number> => {
    const headers = { authorization: `Bearer ${btoa(token)}` }
    return (await fetch(`${emulator.url}channels/${channel}/messages`, { headers })).status
  }
  now = expires - 1
  assert.deepEqual([await read('news'), await read('other')], [200, 401])
  now = expires
  assert.equal(await read('news'), 401)
})
