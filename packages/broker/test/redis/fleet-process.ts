/** One of several processes of a broker: asks its own broker on command. */
import { createBroker, type Minter } from '@valetkey/broker'
import { redisCache } from '@valetkey/broker/redis'

export interface FleetSettings {
  redisUrl: string
  upstreamUrl: string
  keys: string[]
  lockMs: number
  required: boolean
}

/** Each client asks for the three audiences of a scenario at once. */
export interface FleetOrder {
  clients: number
  scenario: Scenario
}

export const SCENARIOS = ['stampede', 'killed', 'paused', 'frozen', 'lost', 'absent'] as const
export type Scenario = (typeof SCENARIOS)[number]

export function audiencesOf(scenario: Scenario): string[] {
  return ['a', 'b', 'c'].map((letter) => `${scenario}-${letter}`)
}

export interface FleetResult {
  /** What was not answered by 200 with a token for every audience. */
  failed: string[]
  /** The tokens of each audience, each once. */
  values: Record<string, string[]>
  ms: number
}

const settings: FleetSettings = JSON.parse(process.env.FLEET_SETTINGS ?? '{}')

function minter(audience: string): Minter {
  return {
    name: 'fleet',
    shareable: true,
    limits: { defaultLifetimeMs: 300_000, maxLifetimeMs: 300_000 },
    async mint({ lifetimeMs, signal }) {
      const startedAt = Date.now()
      const response = await fetch(`${settings.upstreamUrl}/${audience}`, { signal })
      return { value: await response.text(), expiresAt: startedAt + lifetimeMs }
    },
  }
}

const broker = createBroker({
  audiences: Object.fromEntries(SCENARIOS.flatMap(audiencesOf).map((name) => [name, minter(name)])),
  authenticate: () => ({ subject: 'ada', login: '1' }),
  authorize: () => true,
  rateLimit: false,
  logger: { info() {}, warn() {}, error: (details) => console.error(details) },
  cache: redisCache({
    url: settings.redisUrl,
    keys: settings.keys,
    lockMs: settings.lockMs,
    required: settings.required,
  }),
})

async function askAsClient(scenario: Scenario, result: FleetResult): Promise<void> {
  const tokens = audiencesOf(scenario).map((audience, index) => ({ id: String(index), audience }))
  const response = await broker.fetch(
    new Request('http://broker.test/api/broker/tokens', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Sec-Fetch-Site': 'same-origin',
        'X-Valet-Key': '1',
      },
      body: JSON.stringify({ tokens }),
    }),
  )
  const body = await response.json()
  for (const item of body.tokens ?? [{}]) {
    if (item.access_token === undefined) result.failed.push(`${response.status} ${item.error}`)
    else
      result.values[item.audience] = [
        ...new Set([...(result.values[item.audience] ?? []), item.access_token]),
      ]
  }
}

process.on('message', async ({ clients, scenario }: FleetOrder) => {
  const result: FleetResult = { failed: [], values: {}, ms: 0 }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: clients }, () => askAsClient(scenario, result)))
  result.ms = Math.round(performance.now() - startedAt)
  process.send?.(result)
})
process.send?.('ready')
