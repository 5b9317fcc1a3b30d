import { describe, expect, it } from 'vitest'
import { isTokenError } from '../../src/index.ts'
import { settle } from '../../src/testing/index.ts'
import { codeOf, isBroker, SECOND, type Stage, stage } from '../stage.ts'

/** Whom a token was made for, by the login the broker saw when it made it. */
interface House extends Stage {
  ownerOf: Map<string, string>
  /** Tokens that reached a vault, each with who was signed in when it left. */
  sent: { text: string; user: string }[]
  signIn: (user: string) => void
}

function house(latencyMs: number): House {
  const ownerOf = new Map<string, string>()
  const sent: { text: string; user: string }[] = []
  let user = 'ada'
  const scene: Stage = stage(
    {
      fetch: (input, init) => {
        if (isBroker(input)) return scene.broker.fetch(input, init)
        const text = new Headers(init?.headers).get('Authorization')?.slice(7) ?? ''
        sent.push({ text, user })
        return scene.vault.fetch(input, init)
      },
    },
    {
      latencyMs,
      session: 'ada',
      tokenText: (text) => {
        ownerOf.set(text, user)
        return text
      },
    },
  )
  const signIn = (next: string) => {
    user = next
    scene.broker.set({ session: next })
  }
  return { ...scene, ownerOf, sent, signIn }
}

/** What an app does with a client; `ada` is signed in when it begins. */
const WORK: Record<string, (scene: House) => Promise<unknown>> = {
  'a token': ({ client }) => client.getToken('cards').then(({ value }) => value),
  'a refused token': async ({ client }) => {
    const rejected = await client.getToken('cards')
    return (await client.getToken('cards', { rejected })).value
  },
  'a group': ({ client }) =>
    client.getTokens('records').then((all) => [...all.values()].map(({ value }) => value)),
  'a call': ({ client }) => client.fetchFor('cards')('/x'),
  'a call with a body': ({ client }) =>
    client.fetchFor('cards')(
      new Request('https://cards.vault.example/x', { method: 'POST', body: 'abc' }),
    ),
  'a call that is replayed': async ({ client, vault }) => {
    vault.revoke((await client.getToken('cards')).value)
    return client.fetchFor('cards')('/x')
  },
}

/** Microtasks after which nothing goes on by itself. */
const LONGEST = 200
/** A promise that was fulfilled before the sign-out takes this many to reach who awaits it. */
const DELIVERY = 8

type Came = 'in between' | 'meanwhile' | 'too late'

/** Signs out after `turn` microtasks; says whether that rejected the work, or came when it was over. */
async function signOutAt(turn: number, work: (scene: House) => Promise<unknown>): Promise<Came> {
  const scene = house(0)
  const { client, ownerOf, sent, signIn } = scene
  let now = 0
  let endedAt = Number.POSITIVE_INFINITY
  const ended = (outcome: unknown) => {
    endedAt = now
    return outcome
  }
  const over = work(scene).then(ended, ended)
  for (; now < turn; now += 1) await Promise.resolve()
  signIn('bob')
  client.reset('bob')
  const before = client.events().length
  expect(client.status('cards')).toMatchObject({ status: 'idle', generation: 0 })
  for (; now < turn + LONGEST; now += 1) await Promise.resolve()
  const outcome = await over
  const isLate = endedAt > turn + DELIVERY
  const texts = [outcome].flat().filter((one) => typeof one === 'string' && isLate)
  for (const text of texts) expect(ownerOf.get(`${text as string}`)).toBe('bob')
  for (const { text, user } of sent) expect(ownerOf.get(text)).toBe(user)
  // What came into use since is the new user's.
  const refreshed = client
    .events()
    .slice(before)
    .filter(({ type }) => type === 'refreshed')
  const ofBob = [...ownerOf.values()].filter((owner) => owner === 'bob')
  expect(refreshed.length).toBeLessThanOrEqual(ofBob.length)
  const { value } = await client.getToken('cards')
  expect(ownerOf.get(value)).toBe('bob')
  client.dispose()
  if (endedAt < turn) return 'too late'
  return isTokenError(outcome) && outcome.code === 'identity_changed' ? 'in between' : 'meanwhile'
}

describe('signing out', () => {
  it.each(Object.keys(WORK))(
    'at any await on the way to %s lets nothing of the former user through',
    async (name) => {
      const work = WORK[name]
      if (!work) throw new Error(name)
      const came: Came[] = []
      while (came.at(-1) !== 'too late' && came.length < LONGEST)
        came.push(await signOutAt(came.length, work))
      expect(came.filter((one) => one === 'in between').length).toBeGreaterThan(5)
    },
  )

  it.each(['request', 'refreshed', 'call', 'refused', 'replayed'] as const)(
    'in a listener to %s lets nothing of the former user through',
    async (type) => {
      const { client, vault, ownerOf, sent, signIn } = house(0)
      vault.revoke((await client.getToken('cards')).value)
      let left = false
      client.on(type, () => {
        if (left) return
        left = true
        signIn('bob')
        client.reset('bob')
      })
      await codeOf(client.fetchFor('cards')('/x'))
      await settle()
      expect(left).toBe(true)
      for (const { text, user } of sent) expect(ownerOf.get(text)).toBe(user)
      expect(client.status('cards').status).toBe('idle')
    },
  )

  it('works offline, before the first use, and any number of times', async () => {
    const { client, broker, signals } = stage()
    signals.network(false)
    broker.unreachable(true)
    client.reset('ada')
    client.reset(null)
    client.reset()
    client.reset()
    broker.unreachable(false)
    signals.network(true)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('clears what was remembered of refusals: another user is asked for anew', async () => {
    let user = 'ada'
    const { client, broker } = stage({ identity: () => user })
    broker.failNext({ error: 'invalid_target', status: 403 })
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    user = 'bob'
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    expect(broker.requests()).toHaveLength(2)
  })

  it('of one user leaves another user’s client alone', async () => {
    const ada = stage({}, { session: 'ada' })
    const bob = stage({}, { session: 'bob' })
    await ada.client.getToken('cards')
    const { value } = await bob.client.getToken('cards')
    ada.client.reset(null)
    expect((await bob.client.getToken('cards')).value).toBe(value)
    expect(bob.broker.requests()).toHaveLength(1)
  })

  it('for good, twice, is signing out once', async () => {
    const { client, clock, types } = stage()
    client.keepFresh('cards')
    await settle()
    client.dispose()
    client.dispose()
    client.reset('bob')
    await clock.advance(600 * SECOND)
    expect(types().filter((type) => type === 'disposed')).toHaveLength(1)
    expect(types()).not.toContain('identity-changed')
    expect(clock.pending()).toBe(0)
  })
})
