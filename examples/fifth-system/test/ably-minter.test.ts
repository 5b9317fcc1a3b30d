import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Rest } from 'ably'
import { describeMinter } from '@valetkey/broker/testing'
import { ably } from '../src/ably-minter.ts'
import { canonical, sign } from '../src/token-request.ts'
import { CAPABILITY, emulated, KEY, minterAt, SECRET } from './house.ts'

const emulator = await emulated()

describeMinter({
  describe,
  it,
  name: 'ably',
  create: () => minterAt(emulator),
  createBroken: () => minterAt(emulator, { key: `${KEY}x` }),
  secrets: [SECRET],
})

const request = { audience: 'chat', subject: 'ada', lifetimeMs: 60_000 }
const { signal } = new AbortController()

describe('ably()', () => {
  it('signs as Ably’s own SDK does', async () => {
    const [keyName = ''] = KEY.split(':')
    const capability = { zoo: ['subscribe', 'publish'], 'a:*': ['*'] }
    const wish = {
      ttl: 1_500,
      clientId: 'ada',
      timestamp: 1_795_312_345_678,
      nonce: 'n'.repeat(16),
    }
    const { mac } = await new Rest({ key: KEY }).auth.createTokenRequest(
      { ...wish, capability: structuredClone(capability) as never },
      { key: KEY },
    )
    assert.equal(sign({ keyName, ...wish, capability: canonical(capability) }, SECRET).mac, mac)
  })

  it('counts the life of a token by its own clock, however far Ably’s is off', async () => {
    const now = Date.now() + 100_000
    const minter = minterAt(emulator, { clock: { now: () => now } })
    const { expiresAt } = await minter.mint({ ...request, signal })
    assert.equal(expiresAt, now + 60_000)
  })

  it('narrows by scope', async () => {
    const narrow = await minterAt(emulator).mint({ ...request, signal, scope: 'history:news' })
    const publish = await fetch(`${emulator.url}channels/news/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${narrow.value}` },
      body: '{}',
    })
    assert.equal(publish.status, 401)
    assert.equal(narrow.scope, 'history:news')
    await assert.rejects(minterAt(emulator).mint({ ...request, signal, scope: 'news' }), {
      code: 'invalid_target',
    })
  })

  it('says what to mend, and quotes nothing', async () => {
    const narrow = await emulated({ capability: { other: ['*'] } })
    const late = { clock: { now: () => Date.now() - 200_000 } }
    for (const [minter, mend] of [
      [minterAt(emulator, { key: `${KEY}x` }), /401, error 40101: check the secret in key/],
      [minterAt(emulator, late), /40104: this server's clock/],
      [minterAt(narrow), /40160: the key may not do/],
      [minterAt(emulator, { baseUrl: `${emulator.url}elsewhere/` }), /404: check baseUrl/],
    ] as const)
      await assert.rejects(minter.mint({ ...request, signal }), mend)
    assert.throws(() => ably({ key: SECRET, capability: CAPABILITY }), {
      name: 'BrokerConfigError',
      message: /key is not <app id>/,
    })
  })
})
