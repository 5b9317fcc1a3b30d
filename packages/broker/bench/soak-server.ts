/** The broker that is soaked: tokens of five seconds, upstreams that take their time and fail now and then. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { allow, createBroker, MintError, type Minter } from '../src/index.ts'
import { serveBroker } from '../src/node.ts'

const LIFETIME_MS = 5_000
const UPSTREAM_MS = 20
const FAILS_EVERY = 97
const AUDIENCES = ['cards', 'records', 'reports', 'payments'] as const

let mints = 0
let unhandled = 0
process.on('unhandledRejection', () => (unhandled += 1))
process.on('uncaughtException', () => (unhandled += 1))

/** Its tokens say when they end, so that whoever gets one can see for himself. */
function minterOf(name: string): Minter {
  return {
    name,
    shareable: name === 'reports',
    limits: { defaultLifetimeMs: LIFETIME_MS, maxLifetimeMs: LIFETIME_MS },
    async mint({ lifetimeMs }) {
      const expiresAt = Date.now() + lifetimeMs
      mints += 1
      const isFailing = mints % FAILS_EVERY === 0
      await new Promise((resolve) => setTimeout(resolve, UPSTREAM_MS))
      if (isFailing) throw new MintError('upstream_timeout', 'now and then it does not answer')
      return { value: `${expiresAt}.${mints}.`.padEnd(600, 'x'), expiresAt }
    },
    ...(name === 'payments' && { revoke: async () => {} }),
  }
}

const vault = createServer((incoming, outgoing) => {
  incoming.resume().once('end', () => outgoing.end('{"ok":true}'))
})
await new Promise<void>((resolve) => vault.listen(0, '127.0.0.1', resolve))
const resource = `http://127.0.0.1:${(vault.address() as AddressInfo).port}/`

const broker = createBroker({
  audiences: {
    ...Object.fromEntries(AUDIENCES.map((name) => [name, minterOf(name)])),
    vault: {
      minter: minterOf('vault'),
      delivery: 'proxy',
      resource,
      allow: [allow('GET', '/*'), allow('POST', '/*')],
    },
  },
  async authenticate(request) {
    const user = /user=(\d+)/.exec(request.headers.get('Cookie') ?? '')?.[1]
    return user === undefined ? null : { subject: `user-${user}`, login: `login-${user}` }
  },
  authorize: (_, { audience }) => audience !== 'forbidden',
  rateLimit: { perPrincipal: { count: 100_000, perSeconds: 60 } },
  logger: { info() {}, warn() {}, error() {} },
})
const served = await serveBroker(broker)

process.on('message', () => {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({ rss, heapUsed, mints, unhandled })
})
process.send?.({ url: served.url })
