import { describe, expect, it, onTestFinished } from 'vitest'
import { createTokenClient, type TokenClient, type TokenClientOptions } from '../../src/index.ts'
import { createFakeTabs, settle } from '../../src/testing/index.ts'
import { codeOf } from '../stage.ts'
import { serveBearerBroker } from './house.ts'

/** A login SDK in the manner of Auth0's: a token of its own, replaced now and then, gone after logout. */
function createLogin() {
  let number = 1
  let user: string | undefined = 'ada'
  return {
    getTokenSilently: async () => {
      if (user === undefined) throw new Error('login_required')
      return `login.${user}.${number}`
    },
    rotate: () => {
      number += 1
    },
    signIn: (name: string | undefined) => {
      user = name
    },
    user: () => user,
  }
}

/** Accepts every login but those that were ended. */
function createUsers() {
  const ended = new Set<string>()
  return {
    end: (login: string) => void ended.add(login),
    userOf: async (login: string) => {
      const [kind, subject] = login.split('.')
      const known = kind === 'login' && subject !== undefined && !ended.has(login)
      return known ? { subject, login: subject } : null
    },
  }
}

async function setup() {
  const login = createLogin()
  const users = createUsers()
  const house = await serveBearerBroker(users.userOf)
  const create = (options: TokenClientOptions = {}): TokenClient => {
    const client = createTokenClient(house.url, {
      headers: async () => ({ Authorization: `Bearer ${await login.getTokenSilently()}` }),
      identity: login.user,
      ...options,
    })
    onTestFinished(() => client.dispose())
    return client
  }
  return { login, users, house, create }
}

describe('an app with a bearer of its own', () => {
  it('reaches the vault with the vault’s token, the broker with the login’s', async () => {
    const { house, create } = await setup()
    const response = await create().fetchFor('cards')('/v1/cards/7')
    expect(response.status).toBe(200)
    expect(house.logins).toEqual(['Bearer login.ada.1'])
    expect(house.vault.seen.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/v1/cards/7', 'Bearer test.cards.1'],
    ])
  })

  it('sends the login’s present token with each request, never an older one', async () => {
    const { login, users, house, create } = await setup()
    const client = create()
    await client.getToken('cards')
    login.rotate()
    users.end('login.ada.1')
    client.invalidate('cards')
    await client.getToken('cards')
    expect(house.logins).toEqual(['Bearer login.ada.1', 'Bearer login.ada.2'])
  })

  it('is told when the login has ended at the broker', async () => {
    const { users, create } = await setup()
    users.end('login.ada.1')
    expect(await codeOf(create().getToken('cards'))).toBe('invalid_session')
  })

  it('is told when the login SDK throws, with its error as the cause', async () => {
    const { login, create } = await setup()
    login.signIn(undefined)
    const error = await create()
      .getToken('cards')
      .catch((cause: unknown) => cause)
    expect(error).toMatchObject({
      code: 'broker_unreachable',
      cause: { message: 'login_required' },
    })
  })

  it('gets the next user’s token after the next user has signed in', async () => {
    const { login, house, create } = await setup()
    const client = create()
    await client.getToken('cards')
    login.signIn('bob')
    expect((await client.getToken('cards')).value).toBe('test.cards.2')
    expect(house.minter.requests.map(({ subject }) => subject)).toEqual(['ada', 'bob'])
  })

  it('replays a refused call with a token minted for the refusal', async () => {
    const { house, create } = await setup()
    const client = create()
    const { value } = await client.getToken('cards')
    house.vault.revoke(value)
    const response = await client.fetchFor('cards')('/v1/cards', { method: 'POST', body: 'x' })
    expect(response.status).toBe(200)
    expect(house.vault.seen.map(({ body }) => body)).toEqual(['x', 'x'])
    expect(house.minter.minted).toHaveLength(2)
  })

  it('costs one mint in six tabs, and one more when all give the token up', async () => {
    const { house, create } = await setup()
    const { tabs } = createFakeTabs(6)
    const clients = tabs.map(({ options }) =>
      create({ tabs: options.tabs, wakeSignals: options.wakeSignals }),
    )
    const values = () =>
      Promise.all(clients.map(async (client) => (await client.getToken('cards')).value))
    expect(new Set(await values())).toEqual(new Set(['test.cards.1']))
    clients[0]?.invalidate('cards')
    await settle()
    expect(new Set(await values())).toEqual(new Set(['test.cards.2']))
    expect(house.minter.minted).toHaveLength(2)
  })
})
