/** Opens the ports of a sandbox, all or none. */
import { type Address, type Listener, openListener } from './listener.ts'

const MAX_PORT = 65_535
const LOOPBACK = '127.0.0.1'
const ANY_ADDRESS = new Set(['0.0.0.0', '::'])

export interface Ports {
  /** Opens the port after the last one it opened. With `tls` it speaks HTTPS. */
  open(tls?: Address['tls']): Promise<Listener>
  /** Closes all of them, those included that are just being opened. */
  close(): Promise<void>
}

export interface PortsOptions {
  host: string
  /** The first port; 0 takes free ones. */
  portBase: number
  /** How many there will be. */
  count: number
}

/** @throws {RangeError} when there are not so many ports from the first one on. */
export function createPorts({ host, portBase, count }: PortsOptions): Ports {
  const last = MAX_PORT - count + 1
  if (!Number.isInteger(portBase) || portBase < 0 || portBase > last)
    throw new RangeError(`portBase is ${portBase}: give 0, or a whole number up to ${last}`)
  const opened: Promise<Listener>[] = []
  return {
    open(tls) {
      const port = portBase === 0 ? 0 : portBase + opened.length
      // One after the other, so that of several taken ports the first is named.
      const previous: Promise<unknown> = opened.at(-1) ?? Promise.resolve()
      const listener = previous.then(() => openListener({ host, port, ...(tls && { tls }) }))
      opened.push(listener)
      return listener
    },
    async close() {
      const results = await Promise.allSettled(opened)
      const open = results.flatMap((result) =>
        result.status === 'fulfilled' ? [result.value] : [],
      )
      await Promise.all(open.map((listener) => listener.close()))
    },
  }
}

/** A host that stands for every address is reached by the loopback one. */
export function reachableHost(host: string): string {
  return ANY_ADDRESS.has(host) ? LOOPBACK : host
}

export function originOf(scheme: 'http' | 'https', host: string, { port }: Listener): string {
  const name = reachableHost(host)
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`
}
