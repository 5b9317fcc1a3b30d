/** Puts a server on its port: the chosen one, or the next free one after the default. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DemoConfig } from './config.ts'
import { StartError } from './start-error.ts'

const PORTS_TRIED = 20

/**
 * Listens and returns the port.
 *
 * @throws {StartError} when the chosen port is taken, or when the address cannot be had.
 */
export async function listen(
  server: Server,
  config: Pick<DemoConfig, 'host' | 'port' | 'isPortChosen'>,
): Promise<number> {
  const last = config.isPortChosen ? config.port : config.port + PORTS_TRIED - 1
  for (let port = config.port; port <= last; port += 1) {
    if (await tryPort(server, port, config.host)) return (server.address() as AddressInfo).port
  }
  throw new StartError(
    config.isPortChosen
      ? `Port ${config.port} on ${config.host} is taken. Stop what listens there, or set PORT to another.`
      : `Ports ${config.port} to ${last} on ${config.host} are all taken. Set PORT to a free one.`,
  )
}

async function tryPort(server: Server, port: number, host: string): Promise<boolean> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') return false
    if (code === 'EACCES')
      throw new StartError(`Port ${port} needs rights this user lacks. Set PORT to 1024 or above.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new StartError(`HOST ${host} is no address of this machine. Set HOST to one that is.`)
    throw error
  }
}
