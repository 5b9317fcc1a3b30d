/** An emulator on a port of its own, a broker before it, a client before that: what the tests work with. */
import { after } from 'node:test'
import { once } from 'node:events'
import { allow, type Broker, createBroker, type Minter } from '@valetkey/broker'
import { createTokenClient, type TokenClient } from '@valetkey/client'
import { serve } from '@hono/node-server'
import { type AblyEmulator, createAblyEmulator } from '../src/ably-emulator.ts'
import { type AblyOptions, ably } from '../src/ably-minter.ts'

export const SECRET = 'canary0secret0of0the0key'
export const KEY = `app1.key1:${SECRET}`
export const CAPABILITY = { news: ['history', 'publish'] }

export interface Emulated extends AblyEmulator {
  /** Ends with a slash. */
  readonly url: string
  readonly port: number
}

/** Closes with the file of tests. */
export async function emulated(
  options: Partial<Parameters<typeof createAblyEmulator>[0]> = {},
): Promise<Emulated> {
  const emulator = createAblyEmulator({ key: KEY, ...options })
  const server = serve({ fetch: emulator.fetch, port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  after(() => {
    server.close()
    // The connections of this process are kept alive else.
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { ...emulator, port, url: `http://127.0.0.1:${port}/` }
}

export function minterAt({ url }: Emulated, options: Partial<AblyOptions> = {}): Minter {
  return ably({ key: KEY, capability: CAPABILITY, baseUrl: url, ...options })
}

export type HouseBroker = Broker<{ chat: Minter; staff: Minter }>

/** All there is of a login: who has which cookie. */
const SESSIONS: Readonly<Record<string, string>> = { 's-of-ada': 'ada', 's-of-bob': 'bob' }

/** All users may have `chat`, nobody may have `staff`. */
export function houseOf(
  minter: Minter,
  delivery: 'token' | 'proxy' = 'token',
): { broker: HouseBroker; client: TokenClient<HouseBroker>; answers: string[]; log: unknown[] } {
  const log: unknown[] = []
  const note = (...line: unknown[]): void => void log.push(line)
  const rules = [
    allow('GET', '/channels/:channel/messages'),
    allow('POST', '/channels/:channel/messages'),
  ]
  const broker: HouseBroker = createBroker({
    audiences: {
      chat: delivery === 'proxy' ? { minter, delivery, allow: rules } : { minter },
      staff: minter,
    },
    authenticate: (request) => {
      const login = request.headers.get('cookie') ?? ''
      const subject = SESSIONS[login]
      return subject === undefined ? null : { subject, login }
    },
    authorize: (_, { audience }) => audience === 'chat',
    logger: { info: note, warn: note, error: note },
  })
  after(() => broker.close())
  const answers: string[] = []
  const client = createTokenClient<HouseBroker>('http://localhost/api/broker', {
    async fetch(input, init) {
      const request = new Request(input, init)
      if (!request.url.startsWith('http://localhost/')) return fetch(input, init)
      request.headers.set('cookie', 's-of-ada')
      request.headers.set('sec-fetch-site', 'same-origin')
      const response = await broker.fetch(request)
      answers.push(await response.clone().text())
      return response
    },
  })
  after(() => client.dispose())
  return { broker, client, answers, log }
}
