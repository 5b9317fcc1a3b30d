import { describeMinter } from '@valetkey/broker/testing'
import { startSandbox } from '@valetkey/sandbox'
import { afterAll, describe, it } from 'vitest'
import { nexusrundb } from '../../src/minter/index.ts'

const sandbox = await startSandbox({ nodes: 1 })
afterAll(() => sandbox.close())
const { baseUrl, accessKey, accessSecret, masterKey, masterSecret, readerKey } = sandbox.nexusrundb

describeMinter({
  describe,
  it,
  name: 'nexusrundb, an access key for itself',
  create: () => nexusrundb({ baseUrl, accessKey, accessSecret }),
  createBroken: () => nexusrundb({ baseUrl, accessKey, accessSecret: `${accessSecret}x` }),
  secrets: [accessSecret],
})

describeMinter({
  describe,
  it,
  name: 'nexusrundb, the Master key for the access key of each user',
  create: () =>
    nexusrundb({
      baseUrl,
      accessKey: masterKey,
      accessSecret: masterSecret,
      masterKey: true,
      forAccessKey: ({ subject }) => (subject === undefined ? undefined : readerKey),
    }),
  secrets: [masterSecret],
})
