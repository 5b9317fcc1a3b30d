import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runBrokerConformance } from '@valetkey/broker/conformance'
import { createAblyChannels } from '../src/ably-channels.ts'
import { emulated, houseOf, minterAt, SECRET } from './house.ts'

for (const delivery of ['token', 'proxy'] as const)
  describe(`channels, delivery by ${delivery}`, () => {
    it('publish and tell what was published, with one token', async () => {
      const emulator = await emulated()
      const { client, answers } = houseOf(minterAt(emulator), delivery)
      const channels = createAblyChannels({ client, audience: 'chat' })
      await channels.publish('news', { name: 'one', data: 'Grüße' })
      await channels.publish('news', { name: 'two', data: '' })
      const names = (await channels.history('news')).map(({ name }) => name)
      assert.deepEqual(names, ['two', 'one'])
      assert.equal(emulator.given(), 1)
      assert.ok(!answers.join().includes(SECRET))
      assert.equal(answers.join().includes('access_token'), delivery === 'token')
    })

    it('go on with another token where Ably refuses one', async () => {
      const emulator = await emulated()
      const { client } = houseOf(minterAt(emulator), delivery)
      const channels = createAblyChannels({ client, audience: 'chat' })
      await channels.history('news')
      emulator.revokeAll()
      assert.deepEqual(await channels.history('news'), [])
      assert.equal(emulator.given(), 2)
    })

    it('tell what Ably refuses, and send no message that is too long', async () => {
      const { client } = houseOf(minterAt(await emulated()), delivery)
      const channels = createAblyChannels({ client, audience: 'chat' })
      await assert.rejects(channels.history('secret'), { name: 'AblyError', status: 401 })
      const message = { name: 'one', data: 'x'.repeat(65_536) }
      await assert.rejects(channels.publish('news', message), /at most 65536 bytes/)
    })
  })

describe('a broker with this minter', () => {
  it('tells the operator what to mend, and the page no word of Ably’s', async () => {
    const emulator = await emulated()
    const { client, answers, log } = houseOf(minterAt(emulator, { key: `app1.key1:other` }))
    await assert.rejects(client.getToken('chat'), { code: 'upstream_auth' })
    assert.match(JSON.stringify(log), /40101: check the secret in key/)
    assert.doesNotMatch(answers.join(), /Ably|40101|secret/)
  })

  it('conforms to the protocol', async () => {
    const { broker } = houseOf(minterAt(await emulated()))
    const report = await runBrokerConformance({
      baseUrl: 'http://localhost/api/broker',
      fetch: broker.fetch,
      login: () => ({ Cookie: 's-of-ada' }),
      otherLogin: () => ({ Cookie: 's-of-bob' }),
      profile: { granted: 'chat', forbidden: 'staff', refusable: 'chat' },
    })
    const failed = report.results.filter(({ outcome }) => outcome === 'failed')
    assert.deepEqual(failed, [])
    assert.ok(report.passed > 50, `only ${report.passed} cases`)
  })
})
