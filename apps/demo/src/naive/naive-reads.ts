/** The same reads without the SDK, in the two ways that vendors' first steps teach. */
import { nodeIn } from '../audiences.ts'
import { READ } from '../bench/reads.ts'

/** What went over the wire, as far as a read's own code can tell. */
export interface Wire {
  onBrokerRequest(): void
}

/** Reads a node once: the status its answer had. */
export type NaiveRead = (did: string) => Promise<number>

interface Token {
  access_token: string
  resource: string
}

/**
 * A token for each read: asked for, used, thrown away. So does `skyflow-node` 1, which calls its
 * `getBearerToken` on every operation.
 */
export function createReadWithTokenEach(wire: Wire): NaiveRead {
  return async (did) => read(await fetchToken(did, wire))
}

/**
 * A token for each node, once, and for ever. So do SecretVault's first steps: a script prints a token per
 * node, the Next.js example reads them from its environment, and after an hour all is 401.
 */
export function createReadWithTokenKept(wire: Wire): NaiveRead {
  const kept = new Map<string, Promise<Token>>()
  return async (did) => {
    const token = kept.get(did) ?? fetchToken(did, wire)
    kept.set(did, token)
    // Not even naive code keeps what it never got.
    token.catch(() => kept.delete(did))
    return read(await token)
  }
}

async function fetchToken(did: string, wire: Wire): Promise<Token> {
  wire.onBrokerRequest()
  const response = await fetch('/api/broker/tokens', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-valet-key': '1' },
    body: JSON.stringify({ tokens: [{ id: '1', audience: nodeIn('direct', did) }] }),
  })
  if (!response.ok) throw new Error(`The broker answered ${response.status}.`)
  const body: { tokens: Token[] } = await response.json()
  const [token] = body.tokens
  if (token) return token
  throw new Error('The broker gave no token.')
}

async function read({ access_token, resource }: Token): Promise<number> {
  const response = await fetch(`${resource}${READ.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${access_token}` },
    body: READ.body,
  })
  await response.arrayBuffer()
  return response.status
}
