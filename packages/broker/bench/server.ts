/** A process of its own with one of the servers that are compared; tells its address, then its CPU time on demand. */
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
function emptyHandler(): Broker {
  const answer = async (request: Request): Promise<Response> => {
    await request.json()
    return new Response(JSON.stringify(ANSWER), { headers: { 'Content-Type': 'application/json' } })
  }
  return { ...realBroker(), fetch: answer }
}

const served = await serveBroker(process.argv[2] === 'broker' ? realBroker() : emptyHandler())
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMs: (user + system) / 1_000 })
})
process.send?.({ url: served.url })
