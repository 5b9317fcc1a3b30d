import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTokenError } from '../src/index.ts'
import { PROPERTY_TIMEOUT_MS, tryOut } from './property.ts'
import { SECOND } from './stage.ts'
import { drawsOf } from './story.ts'
import { clientOf, createTeam, type Team } from './team.ts'

const TABS = 4
const LATENCY_MS = 200

type TabStep = { tab: number } & (
  | { do: 'get' | 'keep' | 'reset' | 'sameReset' | 'invalidate' }
  | { do: 'freeze' | 'bfcache' | 'resume' | 'hide' | 'show' }
  | { do: 'advance'; ms: number }
)

const steps: fc.Arbitrary<TabStep[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        tab: fc.nat(TABS - 1),
        do: fc.constantFrom('get' as const, 'keep' as const, 'freeze' as const, 'resume' as const),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        tab: fc.nat(TABS - 1),
        do: fc.constantFrom(
          'reset' as const,
          'sameReset' as const,
          'invalidate' as const,
          'bfcache' as const,
          'hide' as const,
          'show' as const,
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        tab: fc.constant(0),
        do: fc.constant('advance' as const),
        ms: fc.oneof(fc.nat(1_000), fc.nat(400 * SECOND)),
      }),
    },
  ),
  { minLength: 2, maxLength: 30 },
)

interface Play extends Team {
  users: number
}

async function act(team: Play, step: TabStep): Promise<void> {
  const { tab: index } = step
  const tab = team.tab(index)
  const client = clientOf(team, index)
  // A stopped tab runs no code of its own.
  const runs = tab.state() === 'running'
  switch (step.do) {
    case 'advance':
      return team.clock.advance(step.ms)
    case 'freeze':
    case 'bfcache':
    case 'resume':
    case 'hide':
    case 'show':
      return tab[step.do]()
    case 'get':
      // Half-way through, so that a tab may freeze with a request on its way.
      if (runs) client.getToken('cards').catch(() => {})
      return team.clock.advance(LATENCY_MS / 2)
    case 'keep':
      if (runs) client.keepFresh('cards')
      return
    case 'invalidate':
      if (runs) client.invalidate('cards')
      return
    case 'sameReset':
      if (runs) client.reset(`user-${team.users}`)
      return
    case 'reset':
      team.users += 1
      if (runs) client.reset(`user-${team.users}`)
      return
    default:
      return step satisfies never
  }
}

/** How long each running tab waits for a token, asked for in all of them at once. */
async function waitsNow(team: Team): Promise<{ waitMs: number; error: unknown }[]> {
  const startedAt = team.clock.mono()
  const running = team.tabs.flatMap((tab, index) => (tab.state() === 'running' ? [index] : []))
  const waits = running.map((index) =>
    clientOf(team, index)
      .getToken('mail')
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .then((error) => ({ waitMs: team.clock.mono() - startedAt, error })),
  )
  await team.clock.advance(15 * SECOND)
  return Promise.all(waits)
}

function play(seed: number): Play {
  const draws = drawsOf(seed)
  const team = createTeam(TABS, {
    broker: { latencyMs: LATENCY_MS, lifetimeSeconds: 300 },
    client: () => ({ random: draws }),
  })
  return { ...team, users: 0 }
}

describe('whatever tabs do', () => {
  it(
    'P10: no frozen tab delays another; who runs has a token after one round trip',
    async ({ task }) => {
      const property = fc.asyncProperty(steps, fc.integer(), async (story, seed) => {
        const team = play(seed)
        for (const step of story) await act(team, step)
        for (const { waitMs, error } of await waitsNow(team)) {
          expect(isTokenError(error) ? error.code : error).toBeUndefined()
          expect(waitMs).toBeLessThanOrEqual(LATENCY_MS)
        }
        for (const client of team.clients) client.dispose()
      })
      await expect(tryOut({ task }, property)).resolves.toBeGreaterThan(0)
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'P5 P7: once awake, no tab shows a former user’s token; no message holds a token or a name',
    async ({ task }) => {
      const property = fc.asyncProperty(steps, fc.integer(), async (story, seed) => {
        const team = play(seed)
        for (const step of story) await act(team, step)
        const mintsBefore = team.broker.mints()
        const mover = team.tabs.findIndex((tab) => tab.state() === 'running')
        fc.pre(mover >= 0)
        clientOf(team, mover).reset('the-last-user')
        for (const tab of team.tabs) tab.resume()
        await team.clock.advance(SECOND)
        const awake = team.clients.filter((_, index) => team.tab(index).state() === 'running')
        const got = Promise.all(awake.map((client) => client.getToken('cards')))
        await team.clock.advance(15 * SECOND)
        for (const { value } of await got)
          expect(team.broker.tokenTexts().indexOf(value)).toBeGreaterThanOrEqual(mintsBefore)
        const told = JSON.stringify([team.messages(), ...team.stored()])
        for (const text of ['canary', 'user', 'id-']) expect(told).not.toContain(text)
        for (const client of team.clients) client.dispose()
      })
      await expect(tryOut({ task }, property)).resolves.toBeGreaterThan(0)
    },
    PROPERTY_TIMEOUT_MS,
  )
})
