/** A broker in a process of its own, to be killed. Its tokens take their time. */
import { createBroker } from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTestMinter } from '@valetkey/broker/testing'

const MINT_MS = 300
const minter = createTestMinter({ limits: { defaultLifetimeMs: 60_000 } })
const broker = createBroker({
  audiences: {
    cards: {
      ...minter,
      async mint(request) {
        process.send?.({ isMinting: true })
        await new Promise((resolve) => setTimeout(resolve, MINT_MS))
        return minter.mint(request)
      },
    },
  },
  authenticate: () => ({ subject: 'ada', login: 'login-1' }),
  authorize: () => true,
  logger: { info() {}, warn() {}, error() {} },
})
const { url } = await serveBroker(broker, { port: Number(process.argv[2] ?? 0) })
process.send?.({ url })
