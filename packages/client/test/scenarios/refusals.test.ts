import { describe, expect, it } from 'vitest'
import { codeOf, isBroker, SECOND, stage } from '../stage.ts'

describe('a token that a vault refuses', () => {
  it('to five calls, whose 401s come one after another, is replaced once', async () => {
    const scene = stage({
      fetch: async (input, init) => {
        if (isBroker(input)) return scene.broker.fetch(input, init)
        const nth = Number(new URL(new Request(input).url).pathname.slice(1))
        const response = await scene.vault.fetch(input, init)
        await new Promise<void>((resolve) => scene.clock.after(nth * 500, resolve))
        return response
      },
    })
    const { client, broker, vault, clock } = scene
    vault.revoke((await client.getToken('cards')).value)
    const call = client.fetchFor('cards')
    const calls = [1, 2, 3, 4, 5].map((nth) => call(`/${nth}`))
    await clock.advance(10 * SECOND)
    const answers = await Promise.all(calls)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(broker.mints()).toBe(2)
    expect(vault.calls).toHaveLength(10)
  })

  it('while the broker is down costs each of ten calls its 401 and no replay', async () => {
    const { client, broker, vault } = stage()
    vault.revoke((await client.getToken('cards')).value)
    broker.unreachable(true)
    const call = client.fetchFor('cards')
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('/x')))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(401))
    expect(vault.calls).toHaveLength(10)
    expect(broker.requests()).toHaveLength(2)
  })

  it('does not make callers wait for the end of its life', async () => {
    const { client, vault, clock } = stage({}, { lifetimeSeconds: 3_600 })
    vault.revoke((await client.getToken('cards')).value)
    const began = clock.mono()
    expect((await client.fetchFor('cards')('/x')).status).toBe(200)
    expect(clock.mono()).toBe(began)
  })

  it('of one node is replaced alone; the other nodes keep theirs', async () => {
    const { client, broker, vault } = stage()
    const before = await client.getTokens('records')
    vault.revoke(before.get('records/b')?.value ?? '')
    expect((await client.fetchFor('records/b')('/x')).status).toBe(200)
    const after = await client.getTokens('records')
    expect(after.get('records/a')?.value).toBe(before.get('records/a')?.value)
    expect(after.get('records/c')?.value).toBe(before.get('records/c')?.value)
    expect(broker.requests()[1]?.tokens.map(({ audience }) => audience)).toEqual(['records/b'])
  })

  it('again and again, whatever the broker mints, costs two mints in half a minute and two in the next', async () => {
    const { client, broker, vault, clock } = stage({}, { lifetimeSeconds: 60 })
    client.keepFresh('cards')
    vault.refuseEverything(true)
    const perHalfMinute: number[] = []
    for (let half = 0; half < 3; half += 1) {
      const before = broker.mints()
      for (let n = 0; n < 60; n += 1) {
        const answer = client.fetchFor('cards')('/x')
        await clock.advance(500)
        expect((await answer).status).toBe(401)
      }
      perHalfMinute.push(broker.mints() - before)
    }
    for (const mints of perHalfMinute) expect(mints).toBeLessThanOrEqual(3)
  })
})

describe('a call whose body is slow to read', () => {
  it('leaves with a token that is alive then', async () => {
    const { client, broker, vault, clock } = stage({}, { lifetimeSeconds: 60 })
    await client.getToken('cards')
    const slow = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await clock.advance(90 * SECOND)
        controller.enqueue(new TextEncoder().encode('abc'))
        controller.close()
      },
    })
    const init = { method: 'POST', body: slow, duplex: 'half' } as RequestInit
    const response = await client.fetchFor('cards')(
      new Request('https://cards.vault.example/x', init),
    )
    expect(response.status).toBe(200)
    const [call] = vault.calls
    expect(call?.body).toBe('abc')
    const sent = broker.tokens().find(({ text }) => call?.authorization === `Bearer ${text}`)
    expect(clock.passed() - (sent?.mintedAtMs ?? 0)).toBeLessThan(60 * SECOND)
  })
})

describe('the request to the broker', () => {
  it('is no call to a vault: its own 401 leads to no refresh and no replay', async () => {
    const { client, broker, types } = stage()
    broker.failNext({ error: 'invalid_session', status: 401, times: 9 })
    expect(await codeOf(client.fetchFor('cards')('/x'))).toBe('invalid_session')
    expect(broker.requests()).toHaveLength(1)
    expect(types()).not.toContain('refused')
  })

  it('carries no token of any vault', async () => {
    const seen: Headers[] = []
    const scene = stage({
      fetch: (input, init) => {
        if (!isBroker(input)) return scene.vault.fetch(input, init)
        seen.push(new Headers(init?.headers))
        return scene.broker.fetch(input, init)
      },
    })
    scene.vault.revoke((await scene.client.getToken('cards')).value)
    await scene.client.fetchFor('cards')('/x')
    expect(seen.map((headers) => headers.has('Authorization'))).toEqual([false, false])
  })
})
