import { randomBytes } from 'node:crypto'
import { createBroker } from '@valetkey/broker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadBrokerConfig } from '../../src/cli/broker-config.ts'
import { isRedisMissing, startRedis, unlessMissing } from '../redis/redis-server.ts'
import { folderWith } from './terminal.ts'

/** Every mint has another number, in this process. */
const MINTER = `let minted = 0
export default () => ({
  name: 'own',
  shareable: true,
  limits: { defaultLifetimeMs: 300000, maxLifetimeMs: 3600000 },
  mint: async ({ lifetimeMs }) => ({ value: 'token-' + ++minted, expiresAt: Date.now() + lifetimeMs }),
})`

describe.skipIf(isRedisMissing)(`brokers of one file with redis${unlessMissing}`, () => {
  it('share their tokens, by an address of the environment and a key of a file', async () => {
    const { url } = await startRedis()
    const folder = folderWith({
      'own.mjs': MINTER,
      'cache-key': `${randomBytes(32).toString('base64')}\n`,
      'broker.json': {
        audiences: { cards: { use: './own.mjs' } },
        insecureDev: true,
        redis: { url: '${REDIS_URL}', keys: [{ file: './cache-key' }] },
      },
    })
    const start = async () => {
      const parts = { env: { REDIS_URL: url }, purpose: 'serve' } as const
      const { options } = await loadBrokerConfig(`${folder}/broker.json`, parts)
      const broker = createBroker({ ...options, logger: { info() {}, warn() {}, error() {} } })
      onTestFinished(() => broker.close())
      return broker
    }
    const [one, other] = [await start(), await start()]
    const values = [await one.mint('cards', 'ada'), await other.mint('cards', 'ada')]
    expect(values.map(({ value }) => value)).toEqual(['token-1', 'token-1'])
  })
})
