/** A process of its own with one of the servers that are compared; tells its address, then its CPU time on demand. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createBroker } from '../src/index.ts'
import { serveBroker } from '../src/node.ts'
import type { Broker } from '../src/types.ts'
import { ANSWER, AUDIENCES, COOKIE, TOKEN } from './batch.ts'

const HOUR_MS = 3_600_000

/** All the guards, the login, the policy; the limits are off, since one user asks for everything. */
function realBroker(): Broker {
  const minter = {
    name: 'bench',
    shareable: false,
    limits: { defaultLifetimeMs: HOUR_MS, maxLifetimeMs: HOUR_MS },
    mint: async ({ lifetimeMs }: { lifetimeMs: number }) => ({
      value: TOKEN,
      expiresAt: Date.now() + lifetimeMs,
    }),
  }
  const sessions = new Map([[COOKIE, { subject: 'ada', login: 'login-1', roles: AUDIENCES }]])
  return createBroker({
    audiences: Object.fromEntries(AUDIENCES.map((name) => [name, minter])),
    authenticate: (request) => sessions.get(request.headers.get('Cookie') ?? ''),
    authorize: ({ roles }, { audience }) => roles.includes(audience),
    rateLimit: false,
  })
}

/** The least that answers: the same JSON read, the same JSON written, nothing in between. */
async function answerAtOnce(request: Request): Promise<Response> {
  await request.json()
  return new Response(JSON.stringify(ANSWER), { headers: { 'Content-Type': 'application/json' } })
}

/** That on our adapter. */
function emptyHandler(): Broker {
  return { ...realBroker(), fetch: answerAtOnce }
}

/** That on Hono's own, which puts classes of its own in the place of the globals. */
async function serveBare(): Promise<{ url: string }> {
  const server = createServer(getRequestListener(answerAtOnce))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/broker` }
}

const [, , name] = process.argv
const served =
  name === 'bare'
    ? await serveBare()
    : await serveBroker(name === 'broker' ? realBroker() : emptyHandler())
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMs: (user + system) / 1_000 })
})
process.send?.({ url: served.url })
