/** Which port the demo gets. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { listen } from '../server/listen.ts'

const host = '127.0.0.1'
const servers: Server[] = []

function server(): Server {
  const created = createServer()
  servers.push(created)
  return created
}

async function takenPort(): Promise<number> {
  const taken = server().listen(0, host)
  await once(taken, 'listening')
  return (taken.address() as AddressInfo).port
}

afterEach(() => {
  for (const open of servers.splice(0)) open.close()
})

describe('listen', () => {
  it('takes the next free port where the default one is taken', async () => {
    const port = await takenPort()
    const got = await listen(server(), { host, port, isPortChosen: false })
    expect(got).toBeGreaterThan(port)
    expect(got).toBeLessThan(port + 20)
  })

  it('names the port and the mend where the chosen one is taken', async () => {
    const port = await takenPort()
    await expect(listen(server(), { host, port, isPortChosen: true })).rejects.toThrow(
      `Port ${port} on ${host} is taken. Stop what listens there, or set PORT to another.`,
    )
  })

  it('takes any free port for 0', async () => {
    expect(await listen(server(), { host, port: 0, isPortChosen: true })).toBeGreaterThan(0)
  })

  it('names a host that is not of this machine', async () => {
    const elsewhere = { host: '192.0.2.1', port: 0, isPortChosen: true }
    await expect(listen(server(), elsewhere)).rejects.toThrow('HOST 192.0.2.1 is no address')
  })
})
