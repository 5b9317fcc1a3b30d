/** Serves the emulated NexusRunDB on a free port for a test, closed when the test ends. */
import { onTestFinished } from 'vitest'
import { openListener } from '../../src/listener.ts'
import type { NexusRunDbHabits } from '../../src/nexusrundb/habits.ts'
import { type NexusRunDbAccess, serveNexusRunDb } from '../../src/nexusrundb-server.ts'
import type { EmulatorControl } from '../../src/emulator.ts'

export interface OpenNexusRunDb {
  access: NexusRunDbAccess
  control: EmulatorControl
  app: string
  reader: string
  master: string
  /** Calls a route such as `GET /ping` with the value of an Authorization header, or without one. */
  call: (route: string, authorization?: string, body?: unknown) => Promise<Response>
  /** A Bearer of an access key, minted by the Master key. */
  bearerOf: (accessKey: string, lifetimeMs?: number) => Promise<string>
}

export const basic = (key: string, secret: string): string =>
  `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`

export async function openNexusRunDb(habits: NexusRunDbHabits = {}): Promise<OpenNexusRunDb> {
  const listener = await openListener({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => listener.close())
  const url = `http://127.0.0.1:${listener.port}`
  const { access, control } = serveNexusRunDb({
    listener,
    url,
    cors: 'open',
    seed: undefined,
    habits,
  })
  const call: OpenNexusRunDb['call'] = async (route, authorization, body) => {
    const [method = '', path = ''] = route.split(' ')
    return fetch(access.baseUrl + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(authorization !== undefined && { authorization }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }
  const master = basic(access.masterKey, access.masterSecret)
  return {
    access,
    control,
    app: basic(access.accessKey, access.accessSecret),
    reader: basic(access.readerKey, access.readerSecret),
    master,
    call,
    async bearerOf(accessKey, lifetimeMs = 60_000) {
      const route = `POST /accesskeys/${accessKey}/token?expiry=${lifetimeMs}`
      return `Bearer ${(await (await call(route, master)).json()).token}`
    },
  }
}
