/** A vault on a port of its own, which refuses a token as soon as its life is over. */
import type { IncomingHttpHeaders } from 'node:http'
import { type Listening, listen } from './listen.ts'

export interface VaultCall {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** 200: taken. 401: unknown, refused or expired. 307: sent on elsewhere. */
  readonly status: number
}

export interface Vault extends Listening {
  /** Calls in the order of their arrival, preflights left out. */
  readonly calls: readonly VaultCall[]
  /** When each connection was opened and each call came, in the order of it. */
  readonly tide: readonly ('connection' | 'call')[]
  /** Takes this token until then, epoch milliseconds. */
  admit(token: string, expiresAt: number): void
  /** Every token ever admitted. */
  tokens(): readonly string[]
}

/** What a call may take to arrive, on a machine with much else to do. */
export const GRACE_MS = 1_000

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization',
  'access-control-max-age': '600',
}

/** Answers `/sent-on?to=<url>` by a redirect, everything else by the token's standing. */
export async function openVault(): Promise<Vault> {
  const calls: VaultCall[] = []
  const tide: ('connection' | 'call')[] = []
  const admitted = new Map<string, number>()

  const listening = await listen((request, response) => {
    const { headers, method, url = '/' } = request
    if (method === 'OPTIONS') return void response.writeHead(204, CORS).end()
    const token = headers.authorization?.replace(/^Bearer /, '') ?? ''
    const { pathname, searchParams } = new URL(url, 'http://vault')
    const isGood = (admitted.get(token) ?? 0) + GRACE_MS > Date.now()
    const to = pathname === '/sent-on' ? searchParams.get('to') : undefined
    const status = to ? 307 : isGood ? 200 : 401
    tide.push('call')
    calls.push({ path: pathname, headers, status })
    response.writeHead(status, { ...CORS, ...(to && { location: to }) }).end('{}')
  })
  listening.server.on('connection', () => tide.push('connection'))

  return {
    ...listening,
    calls,
    tide,
    admit: (token, expiresAt) => void admitted.set(token, expiresAt),
    tokens: () => [...admitted.keys()],
  }
}
