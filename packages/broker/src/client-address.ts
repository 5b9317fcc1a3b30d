/** Says where a request comes from, as far as somebody trustworthy says it. */
import type { ClientAddress } from './limit-options.ts'

const sockets = new WeakMap<Request, string>()

/** For adapters that know the other end of the connection. */
export function rememberAddress(request: Request, address: string | undefined): void {
  if (address !== undefined) sockets.set(request, address)
}

const LONGEST = 128

/**
 * The address to count by; `undefined` if it is not known. An IPv6 address stands for its /64, which is what
 * one customer of a provider has.
 */
export function addressOf(request: Request, source: ClientAddress): string | undefined {
  const address = rawAddressOf(request, source)?.trim().slice(0, LONGEST)
  return address ? networkOf(address) : undefined
}

function rawAddressOf(request: Request, source: ClientAddress): string | undefined {
  if (typeof source === 'function') return source(request)
  const socket = sockets.get(request)
  if (source === 'socket') return socket
  const hops = (request.headers.get('X-Forwarded-For') ?? '').split(',')
  // Counted from the right: what stands further left was written by strangers.
  return hops.at(-source.trustedProxies)?.trim() || socket
}

function networkOf(address: string): string {
  const bare = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/%.*$/, '')
  const v4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/i.exec(bare)?.[1]
  if (v4) return v4
  const v6 = URL.parse(`http://[${bare}]/`)?.hostname.slice(1, -1)
  return v6 ? `${firstHalf(v6)}::/64` : bare
}

/** The first four of the eight groups of an address in its canonical form. */
function firstHalf(v6: string): string {
  const [head = '', tail] = v6.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...(tail === undefined ? [] : zeros), ...after].slice(0, 4).join(':')
}
