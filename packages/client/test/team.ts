/** One client per tab, all of one app and one user, between a broker and vaults in memory. */
import { createTokenClient, type TokenClient, type TokenClientOptions } from '../src/index.ts'
import {
  createFakeBroker,
  createFakeTabs,
  type FakeBroker,
  type FakeBrokerOptions,
  type FakeTab,
  type FakeTabs,
  type FakeTabsOptions,
} from '../src/testing/index.ts'
import { BROKER, SECOND } from './stage.ts'

export interface Team extends FakeTabs {
  broker: FakeBroker
  clients: TokenClient[]
  /** Which causes each client gave for resetting. */
  resets: string[][]
}

export interface TeamOptions {
  /** Of the client in each tab. */
  client?: (index: number, tab: FakeTab) => TokenClientOptions
  broker?: Partial<FakeBrokerOptions>
  tabs?: FakeTabsOptions
}

export function createTeam(count: number, options: TeamOptions = {}): Team {
  const browser = createFakeTabs(count, options.tabs)
  const { clock } = browser
  const broker = createFakeBroker({ clock, audiences: { cards: {}, mail: {} }, ...options.broker })
  const resets: string[][] = []
  const clients = browser.tabs.map((tab, index) => {
    const client = createTokenClient(BROKER, {
      ...tab.options,
      random: () => 0.5,
      fetch: tab.fetch(broker.fetch),
      ...options.client?.(index, tab),
    })
    const causes: string[] = []
    resets.push(causes)
    client.on('identity-changed', ({ cause }) => causes.push(cause))
    return client
  })
  return { ...browser, broker, clients, resets }
}

/** The client of a tab. */
export function clientOf({ clients }: Team, index: number): TokenClient {
  const client = clients[index]
  if (client) return client
  throw new RangeError(`client ${index}`)
}

/** Gets a token in every tab, all at once. Resolves with their texts, by tab. */
export async function getAll(team: Team, audience = 'cards'): Promise<string[]> {
  const got = Promise.all(team.clients.map((client) => client.getToken(audience)))
  await team.clock.advance(SECOND)
  return (await got).map(({ value }) => value)
}
