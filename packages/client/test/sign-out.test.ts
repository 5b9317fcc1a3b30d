import { describe, expect, it } from 'vitest'
import type { TokenClient } from '../src/index.ts'
import { codeOf, type Stage, stage, type Vault } from './stage.ts'
import { clientOf, createTeam } from './team.ts'

/** More turns of the microtask queue than any of these journeys takes. */
const MOST_TURNS = 80

interface Journey {
  name: string
  /** What must be there before the user starts. */
  before?: (scene: Stage) => Promise<unknown>
  go: (client: TokenClient) => Promise<unknown>
}

const journeys: Journey[] = [
  { name: 'a first token', go: (client) => client.getToken('cards') },
  { name: 'the tokens of a group', go: (client) => client.getTokens('records') },
  {
    name: 'a call',
    before: ({ client }) => client.getToken('cards'),
    go: (client) => client.fetchFor('cards')('/x'),
  },
  {
    name: 'a call with a body that has to be read',
    before: ({ client }) => client.getToken('cards'),
    go: (client) =>
      client.fetchFor('cards')(
        new Request('https://cards.vault.example/', { method: 'POST', body: 'text' }),
      ),
  },
  {
    name: 'a refused call, its refresh and its replay',
    async before({ client, vault }) {
      vault.revoke((await client.getToken('cards')).value)
    },
    go: (client) => client.fetchFor('cards')('/x'),
  },
]

/** Counts calls as they leave. */
function countCalls(vault: Vault): () => number {
  const { fetch } = vault
  let sent = 0
  vault.fetch = (input, init) => {
    sent += 1
    return fetch(input, init)
  }
  return () => sent
}

/** Plays a journey, signs out after so many turns; tells how it ended and what came of it later. */
async function signOutAt({ before, go }: Journey, turns: number) {
  const scene = stage()
  const { client, broker, vault, clock, types } = scene
  await before?.(scene)
  const sent = countCalls(vault)
  const ended = codeOf(go(client))
  const early = { code: 'resolved or identity_changed' }
  void ended.then((code) => Object.assign(early, { code }))
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
  const atSignOut = { ...early, sent: sent(), events: types().length }
  client.reset('bob')
  const texts = broker.tokenTexts()
  const code = await ended
  await clock.advance(1_000)
  // An answer that has left the vault may still come; nothing else.
  const late = types().slice(atSignOut.events + 1)
  const sentLate = sent() - atSignOut.sent
  return { client, code, expected: atSignOut.code, sentLate, late: new Set(late), texts }
}

describe('a sign-out at every point where something is awaited', () => {
  it.each(journeys)('$name: nothing of the former user is seen afterwards', async (journey) => {
    const endings = new Set<string>()
    for (let turns = 0; turns < MOST_TURNS; turns += 1) {
      const { client, code, expected, sentLate, late, texts } = await signOutAt(journey, turns)
      // Over before the sign-out, or told of it.
      expect(expected).toContain(code)
      expect(sentLate).toBe(0)
      expect([...late].join()).toMatch(/^(call,?)?(replayed)?$/)
      expect(client.status('cards').status).toBe('idle')
      expect(texts).not.toContain((await client.getToken('cards')).value)
      endings.add(code)
      client.dispose()
    }
    expect([...endings].toSorted()).toEqual(['identity_changed', 'resolved'])
  })

  it('in another tab: the same, at every turn', async () => {
    const endings = new Set<string>()
    for (let turns = 0; turns < MOST_TURNS; turns += 1) {
      const team = createTeam(2)
      const client = clientOf(team, 1)
      const ended = codeOf(client.getToken('cards'))
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
      clientOf(team, 0).reset('bob')
      endings.add(await ended)
      await team.clock.advance(0)
      const former = team.broker.tokenTexts()
      expect(client.status('cards').status).toBe('idle')
      expect(former).not.toContain((await client.getToken('cards')).value)
      for (const one of team.clients) one.dispose()
    }
    expect([...endings].toSorted()).toEqual(['identity_changed', 'resolved'])
  })
})
