/** The origins a browser may see the demo under. */
import { networkInterfaces } from 'node:os'
import { isLoopback } from './config.ts'

const EVERY_ADDRESS = new Set(['0.0.0.0', '::'])

/** Origins of a page served on `host` and `port`, the one to print first. */
export function pageOrigins(host: string, port: number): readonly [string, ...string[]] {
  const own = isLoopback(host) || EVERY_ADDRESS.has(host) ? [] : [host]
  const local = own.length > 0 ? [] : ['localhost', '127.0.0.1', '::1']
  const [first = host, ...rest] = [
    ...own,
    ...local,
    ...(EVERY_ADDRESS.has(host) ? addresses() : []),
  ]
  return [originOf(first, port), ...rest.map((name) => originOf(name, port))]
}

function originOf(host: string, port: number): string {
  const isBareIpv6 = host.includes(':') && !host.startsWith('[')
  return new URL(`http://${isBareIpv6 ? `[${host}]` : host}:${port}`).origin
}

function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address)
}
