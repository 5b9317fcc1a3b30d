import { describe, expect, it } from 'vitest'
import { createTokenClient } from '../src/index.ts'
import { settle } from '../src/testing/index.ts'
import { codeOf, SECOND } from './stage.ts'
import { clientOf, createTeam, getAll, type Team } from './team.ts'

const statuses = ({ clients }: Team) => clients.map((client) => client.status('cards').status)

describe('a reset in one tab', () => {
  it('resets the others, and none of them passes it on', async () => {
    const team = createTeam(3)
    await getAll(team)
    clientOf(team, 0).reset('bob')
    await settle()
    expect(statuses(team)).toEqual(['idle', 'idle', 'idle'])
    expect(team.resets).toEqual([['reset'], ['tab'], ['tab']])
    expect(team.messages()).toHaveLength(1)
  })

  it('rejects who waits in another tab, with the former user’s answer on its way', async () => {
    const team = createTeam(2, { broker: { latencyMs: 100 } })
    const waiting = codeOf(clientOf(team, 1).getToken('cards'))
    await team.clock.advance(50)
    clientOf(team, 0).reset('bob')
    await team.clock.advance(100)
    expect(await waiting).toBe('identity_changed')
    expect(clientOf(team, 1).status('cards').status).toBe('idle')
  })

  it('leaves a tab alone that has this identity already', async () => {
    const team = createTeam(2)
    clientOf(team, 1).reset('bob')
    await settle()
    await getAll(team)
    clientOf(team, 0).reset('bob')
    await settle()
    expect(statuses(team)).toEqual(['idle', 'ready'])
  })

  it('is settled after one round, however many tabs name the new user themselves', async () => {
    const team = createTeam(6)
    clientOf(team, 0).reset('bob')
    await settle()
    for (const client of team.clients) {
      client.reset('bob')
      await settle()
    }
    const resets = team.resets.flat()
    expect(resets.filter((cause) => cause === 'tab')).toHaveLength(5)
    expect(resets.filter((cause) => cause === 'reset')).toHaveLength(6)
  })

  it('does not leave a tab with the last user but one: three users in turn', async () => {
    const team = createTeam(2)
    for (const user of ['bob', 'ada', 'bob']) {
      await getAll(team)
      clientOf(team, 0).reset(user)
      await settle()
      expect(statuses(team)).toEqual(['idle', 'idle'])
    }
  })

  it('always reaches the others when it names nobody', async () => {
    const team = createTeam(2)
    for (let turn = 0; turn < 3; turn += 1) {
      await getAll(team)
      clientOf(team, 0).reset()
      await settle()
      expect(statuses(team)).toEqual(['idle', 'idle'])
    }
  })

  it('works offline', async () => {
    const team = createTeam(2)
    await getAll(team)
    for (const tab of team.tabs) tab.network(false)
    team.broker.unreachable(true)
    clientOf(team, 0).reset(null)
    expect(clientOf(team, 0).status('cards').status).toBe('idle')
    await settle()
    expect(clientOf(team, 1).status('cards').status).toBe('idle')
  })

  it('is told of when identity() names somebody else', async () => {
    let user = 'ada'
    const team = createTeam(2, { client: (index) => (index ? {} : { identity: () => user }) })
    await getAll(team)
    expect(team.messages()).toEqual([])
    user = 'bob'
    await clientOf(team, 0).getToken('cards')
    expect(team.resets).toEqual([['identity'], ['tab']])
  })

  it('is told of when the broker names another login', async () => {
    const team = createTeam(2)
    await getAll(team)
    team.broker.set({ session: 'session-2' })
    await codeOf(clientOf(team, 0).getToken('mail'))
    await settle()
    expect(team.resets).toEqual([['session'], ['tab']])
    expect((await getAll(team)).every((text) => /canary-[4-9]/.test(text))).toBe(true)
  })

  it('resets once where the tab’s own identity() has changed too', async () => {
    let user = 'ada'
    const team = createTeam(2, { client: () => ({ identity: () => user }) })
    await getAll(team)
    user = 'bob'
    await clientOf(team, 0).getToken('cards')
    await clientOf(team, 1).getToken('cards')
    expect(team.resets).toEqual([['identity'], ['tab']])
  })

  it('keeps fresh for the new user what another tab kept fresh for the former', async () => {
    const team = createTeam(2)
    clientOf(team, 1).keepFresh('cards')
    await settle()
    clientOf(team, 0).reset('bob')
    await settle()
    expect(team.broker.requests()).toHaveLength(2)
    expect(clientOf(team, 1).status('cards').status).toBe('ready')
  })

  it('leaves nothing of the former user, whenever it comes: at every turn of a request', async () => {
    const endings = new Set<string>()
    for (let turns = 0; turns < 80; turns += 1) {
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

describe('what is not told', () => {
  it('is the identity given at construction', async () => {
    const team = createTeam(3, { client: (index) => ({ identity: () => `user-${index}` }) })
    await getAll(team)
    expect(team.messages()).toEqual([])
    expect(team.stored().size).toBe(0)
  })

  it('is any token, id or identity, in messages or in storage', async () => {
    const team = createTeam(2)
    const texts = await getAll(team)
    clientOf(team, 0).invalidate('cards')
    clientOf(team, 0).reset('ada@example.com')
    clientOf(team, 0).reset(null)
    await settle()
    const shown = JSON.stringify([team.messages(), ...team.stored()])
    for (const secret of [...texts, ...team.broker.tokenTexts(), 'ada', 'id-'])
      expect(shown).not.toContain(secret)
  })

  it('is anything to an app with another broker', async () => {
    const team = createTeam(2)
    const other = createTokenClient('https://app.example/other', {
      ...team.tab(1).options,
      fetch: team.broker.fetch,
    })
    await other.getToken('cards')
    const first = await clientOf(team, 0).getToken('cards')
    other.reset('bob')
    other.invalidate('cards')
    await settle()
    expect((await clientOf(team, 0).getToken('cards')).value).toBe(first.value)
    clientOf(team, 0).reset('carl')
    await settle()
    expect(other.identity()).toBe('bob')
  })

  it('is anything where `tabs` is false', async () => {
    const team = createTeam(3, { client: (index) => (index ? {} : { tabs: false }) })
    await getAll(team)
    clientOf(team, 0).reset('bob')
    clientOf(team, 0).invalidate('cards')
    clientOf(team, 1).reset('carl')
    await settle()
    expect(team.resets).toEqual([['reset'], ['reset'], ['tab']])
  })
})

describe('invalidate in one tab', () => {
  it('gives the token up in every tab, which renews at its next use', async () => {
    const team = createTeam(3)
    const before = await getAll(team)
    clientOf(team, 0).invalidate('cards')
    await settle()
    expect(team.broker.requests()).toHaveLength(3)
    const after = await getAll(team)
    expect(after.filter((text) => before.includes(text))).toEqual([])
    const asked = team.broker.requests().slice(3)
    // Each names the token it gave up, so that no cache of the broker hands it out again.
    expect(asked.map(({ tokens }) => tokens[0]?.rejected)).toEqual(['id-1', 'id-2', 'id-3'])
  })

  it('does not touch other audiences', async () => {
    const team = createTeam(2)
    await getAll(team, 'mail')
    clientOf(team, 0).invalidate('cards')
    await settle()
    await getAll(team, 'mail')
    expect(team.broker.requests()).toHaveLength(2)
  })

  it('makes no storm, however often and in however many tabs', async () => {
    const team = createTeam(6, { broker: { lifetimeSeconds: 300 } })
    for (const client of team.clients) client.keepFresh('cards')
    await settle()
    const spanMs = 65 * SECOND
    for (let atMs = 0; atMs < spanMs; atMs += 200) {
      for (const client of team.clients) client.invalidate('cards')
      await team.clock.advance(200)
    }
    // One forced renewal per tab in 10 s, besides the first token.
    const perTab = 1 + spanMs / (10 * SECOND)
    expect(team.broker.requests().length).toBeLessThanOrEqual(6 * (perTab + 1))
    expect(await getAll(team)).toHaveLength(6)
  })
})
