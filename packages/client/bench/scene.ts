/** A client with fresh tokens and the system's own clocks, before a broker and vaults in memory. */
import { systemClock } from '../src/clock.ts'
import { createTokenClient, type TokenClient } from '../src/index.ts'
import { createFakeBroker, type FakeBroker } from '../src/testing/index.ts'

const BROKER = 'https://app.example/api/broker'

export const NAMES: readonly string[] = Array.from({ length: 30 }, (_, at) => `vault-${at}`)

/** Answers like a vault, with nothing behind it. */
export const vaultStub: typeof fetch = async () => new Response('{"ok":true}')

/** A client that knows a token for every name. */
export async function warmClient(): Promise<{ client: TokenClient; broker: FakeBroker }> {
  const audiences = Object.fromEntries(NAMES.map((name) => [name, {}]))
  const broker = createFakeBroker({ clock: systemClock, audiences, lifetimeSeconds: 3_600 })
  let inner = broker.fetch
  const client = createTokenClient(BROKER, { fetch: (input, init) => inner(input, init) })
  await Promise.all(NAMES.map((name) => client.getToken(name)))
  // From here on only vaults are called, so that telling them apart costs nothing.
  inner = vaultStub
  return { client, broker }
}
