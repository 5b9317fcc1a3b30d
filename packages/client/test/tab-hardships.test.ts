import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createTokenClient, type TabPort, type TabScope } from '../src/index.ts'
import { createFakeBroker, settle } from '../src/testing/index.ts'
import { BROKER, SECOND, stage } from './stage.ts'
import { clientOf, createTeam, getAll } from './team.ts'

describe('a tab that missed a message', () => {
  it('learns of the reset when it comes back from the back/forward cache', async () => {
    const team = createTeam(2)
    await getAll(team)
    team.tab(1).bfcache()
    clientOf(team, 0).reset('bob')
    await settle()
    expect(team.tab(1).state()).toBe('bfcache')
    team.tab(1).resume()
    expect(team.resets[1]).toEqual(['tab'])
    expect(clientOf(team, 1).status('cards').status).toBe('idle')
  })

  it('learns of it even if it comes back in a hidden tab, which hears of no other event', async () => {
    const deaf = { listen: () => () => {}, hidden: () => true, online: () => true }
    const team = createTeam(2, { client: (index) => (index ? { wakeSignals: deaf } : {}) })
    await getAll(team)
    team.tab(1).bfcache()
    clientOf(team, 0).reset('bob')
    team.tab(1).resume()
    expect(team.resets[1]).toEqual(['tab'])
  })

  it('hears again after it came back', async () => {
    const team = createTeam(2)
    team.tab(1).bfcache()
    team.tab(1).resume()
    await getAll(team)
    clientOf(team, 0).reset('bob')
    clientOf(team, 0).invalidate('cards')
    await settle()
    expect(team.resets[1]).toEqual(['tab'])
  })

  it('keeps its tokens if it comes back to the same user', async () => {
    const team = createTeam(2, { client: () => ({ identity: () => 'ada' }) })
    await getAll(team)
    team.tab(1).bfcache()
    clientOf(team, 0).reset('ada')
    clientOf(team, 0).reset('bob')
    clientOf(team, 0).reset('ada')
    team.tab(1).resume()
    expect(team.resets[1]).toEqual([])
    expect(clientOf(team, 1).status('cards').status).toBe('ready')
  })

  it('learns of the reset before the message, when it thaws, and heeds it once', async () => {
    const team = createTeam(2)
    await getAll(team)
    team.tab(1).freeze()
    clientOf(team, 0).reset('bob')
    await team.clock.advance(3_600 * SECOND)
    expect(team.resets[1]).toEqual([])
    team.tab(1).resume()
    await settle()
    expect(team.resets[1]).toEqual(['tab'])
  })

  it('learns of it by storage alone, where there are no channels', async () => {
    const team = createTeam(3, { tabs: { denied: ['BroadcastChannel'] } })
    await getAll(team)
    team.tab(2).bfcache()
    clientOf(team, 0).reset('bob')
    await settle()
    expect(team.resets).toEqual([['reset'], ['tab'], []])
    team.tab(2).resume()
    expect(team.resets[2]).toEqual(['tab'])
  })

  it('heeds each reset once, however often it wakes, its own too', async () => {
    const team = createTeam(2)
    clientOf(team, 0).reset()
    await settle()
    const before = await getAll(team)
    for (const tab of [...team.tabs, ...team.tabs]) {
      tab.hide()
      tab.show()
    }
    expect(await getAll(team)).toEqual(before)
    expect(team.resets).toEqual([['reset'], ['tab']])
  })

  it('does not take an old reset, from before it was opened, for a new one, nor for its user', async () => {
    const team = createTeam(2)
    clientOf(team, 0).reset('bob')
    const late = createTokenClient(BROKER, { ...team.tab(1).options, fetch: team.broker.fetch })
    const { value } = await late.getToken('cards')
    team.tab(1).hide()
    team.tab(1).show()
    expect((await late.getToken('cards')).value).toBe(value)
    // Whoever the late one's user is, it is not known to be bob.
    clientOf(team, 0).reset('ada')
    await settle()
    await late.getToken('cards')
    const latest = createTokenClient(BROKER, { ...team.tab(1).options, fetch: team.broker.fetch })
    await latest.getToken('cards')
    clientOf(team, 1).reset('ada')
    await settle()
    expect(latest.status('cards').status).toBe('idle')
  })
})

describe('a browser that denies', () => {
  it('storage: messages alone do', async () => {
    const team = createTeam(2, { tabs: { denied: ['localStorage'] } })
    await getAll(team)
    clientOf(team, 0).reset('bob')
    await settle()
    expect(team.resets).toEqual([['reset'], ['tab']])
  })

  it('storage and channels: every tab works by itself', async () => {
    const team = createTeam(2, { tabs: { denied: ['localStorage', 'BroadcastChannel'] } })
    await getAll(team)
    clientOf(team, 0).reset('bob')
    clientOf(team, 0).invalidate('cards')
    team.tab(1).bfcache()
    team.tab(1).resume()
    await settle()
    expect(team.resets).toEqual([['reset'], []])
    expect(await getAll(team)).toHaveLength(2)
    for (const client of team.clients) client.dispose()
  })

  it.each<[string, TabScope]>([
    ['channels that cannot be made', { BroadcastChannel: broken('new') }],
    ['messages that cannot be posted', { BroadcastChannel: broken('postMessage') }],
    ['storage that is full', { localStorage: { getItem: () => null, setItem: fail } }],
    ['storage that cannot be read', { localStorage: { getItem: fail, setItem: fail } }],
    ['everything', {}],
  ])('%s: nobody notices', async (_what, tabs) => {
    const { client, signals } = stage({ tabs })
    const first = await client.getToken('cards')
    client.invalidate('cards')
    expect((await client.getToken('cards')).value).not.toBe(first.value)
    client.reset('bob')
    signals.wake('pageshow')
    expect(client.status('cards').status).toBe('idle')
    await client.getToken('cards')
    client.dispose()
  })

  it('globals, as on a server: neither channel nor storage is touched', async () => {
    const { client } = stage()
    const channel = new BroadcastChannel(`valetkey ${BROKER}`)
    const heard: unknown[] = []
    channel.onmessage = ({ data }) => heard.push(data)
    client.reset('bob')
    await pause(20)
    channel.close()
    expect(heard).toEqual([])
  })
})

describe('messages of another shape', () => {
  it.each([
    ['nothing', null],
    ['a text', 'reset'],
    ['a list', [1]],
    ['another record', { type: 'signout' }],
    ['numbers', { epoch: 1, target: 2 }],
    ['an unknown audience', { target: 'nobody' }],
  ])('%s: ignored', async (_what, message) => {
    const team = createTeam(2)
    const [, before] = await getAll(team)
    const Channel = team.tab(0).options.tabs.BroadcastChannel
    const port = Channel && new Channel(`valetkey ${BROKER}`)
    port?.postMessage(message)
    await settle()
    expect(team.resets).toEqual([[], []])
    expect((await getAll(team))[1]).toBe(before)
  })
})

describe('the channel', () => {
  it('is closed while the page is in the back/forward cache, so that the page is kept', async () => {
    const team = createTeam(2)
    team.tab(1).bfcache()
    clientOf(team, 0).reset('bob')
    clientOf(team, 0).invalidate('cards')
    await settle()
    expect(team.tab(1).state()).toBe('bfcache')
  })

  it('is one, whatever wakes the tab; dispose closes it for good', async () => {
    const team = createTeam(2)
    const { tabs, wakeSignals } = team.tab(1).options
    const open = new Set<TabPort>()
    const client = createTokenClient(BROKER, {
      wakeSignals,
      tabs: { ...tabs, BroadcastChannel: counted(tabs, open) },
      fetch: team.broker.fetch,
    })
    for (let turn = 0; turn < 3; turn += 1) team.tab(1).show()
    expect(open.size).toBe(1)
    team.tab(1).bfcache()
    expect(open.size).toBe(0)
    team.tab(1).resume()
    expect(open.size).toBe(1)
    client.dispose()
    expect(open.size).toBe(0)
    team.tab(1).bfcache()
    team.tab(1).resume()
    expect(open.size).toBe(0)
    clientOf(team, 0).reset('bob')
    await settle()
    expect(client.events().at(-1)?.type).toBe('disposed')
  })
})

describe('over real channels', () => {
  it('resets and invalidates from client to client', async () => {
    const broker = createFakeBroker({ clock: stage().clock, audiences: { cards: {} } })
    const tabs = { BroadcastChannel }
    const address = `https://app.example/${Math.random()}`
    const clients = [0, 1, 2].map(() => createTokenClient(address, { tabs, fetch: broker.fetch }))
    const heard = Promise.all(
      clients
        .slice(1)
        .map((client) => new Promise<void>((done) => client.on('identity-changed', () => done()))),
    )
    const [first] = clients
    await Promise.all(clients.map((client) => client.getToken('cards')))
    const renewed = Promise.all(
      clients.map(
        (client) =>
          new Promise<void>((done) => {
            client.on('refreshed', () => done())
            client.keepFresh('cards')
          }),
      ),
    )
    first?.invalidate('cards')
    await renewed
    expect(broker.mints()).toBe(6)
    first?.reset('bob')
    await heard
    for (const client of clients) client.dispose()
  })
})

function fail(): never {
  throw new DOMException('denied', 'SecurityError')
}

/** Channels that throw, at their making or at each message. */
function broken(at: 'new' | 'postMessage'): new (name: string) => TabPort {
  return class implements TabPort {
    constructor() {
      if (at === 'new') fail()
    }
    postMessage = fail
    addEventListener() {}
    close() {}
  }
}

/** Channels of which those not closed are known. */
function counted(
  { BroadcastChannel: Channel }: TabScope,
  open: Set<TabPort>,
): new (
  name: string,
) => TabPort {
  return class implements TabPort {
    readonly #port: TabPort
    constructor(name: string) {
      if (!Channel) fail()
      this.#port = new Channel(name)
      open.add(this)
    }
    postMessage(message: unknown) {
      this.#port.postMessage(message)
    }
    addEventListener(...args: Parameters<TabPort['addEventListener']>) {
      this.#port.addEventListener(...args)
    }
    close() {
      this.#port.close()
      open.delete(this)
    }
  }
}
