import { describe, expect, it } from 'vitest'
import { type Clock, createTokenClient } from '../src/index.ts'
import { createFakeBroker, createManualClock, settle } from '../src/testing/index.ts'
import { BROKER, codeOf, SECOND, stage } from './stage.ts'

describe('a client with nothing to do', () => {
  it('sets no timer', async () => {
    const { client, broker, clock } = stage()
    await settle()
    expect(clock.pending()).toBe(0)
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    await codeOf(client.getToken('cards'))
    await settle()
    expect(clock.pending()).toBe(0)
  })

  it('lets a status lapse with its token, fresh or past its refresh point', async () => {
    const { client, clock } = stage({}, { lifetimeSeconds: 2 })
    let heard = 0
    client.subscribe('cards', () => {
      heard += 1
    })
    await client.getToken('cards')
    await clock.advance(1_790)
    expect(client.status('cards').status).toBe('ready')
    await clock.advance(20)
    expect(client.status('cards').status).toBe('idle')
    await client.getToken('cards')
    await clock.advance(1_500)
    // A look at it between its margins.
    await client.getToken('cards')
    const before = heard
    await clock.advance(310)
    expect(client.status('cards').status).toBe('idle')
    expect(heard).toBe(before + 1)
  })
})

describe('a caller who would wait for ever', () => {
  it.each([Number.POSITIVE_INFINITY, 30 * 24 * 3_600 * SECOND])(
    'gets the token, by no timer above a minute (timeoutMs %d)',
    async (timeoutMs) => {
      const clock = createManualClock()
      const delaysMs: number[] = []
      const after: Clock['after'] = (delayMs, run) => {
        delaysMs.push(delayMs)
        return clock.after(delayMs, run)
      }
      const broker = createFakeBroker({ audiences: { cards: {} }, clock, latencyMs: SECOND })
      const client = createTokenClient(BROKER, {
        clock: { ...clock, after },
        fetch: broker.fetch,
        timeoutMs,
      })
      const token = client.getToken('cards')
      await clock.advance(2 * SECOND)
      expect((await token).value).toBe(broker.tokenTexts()[0])
      expect(Math.max(...delaysMs)).toBe(60 * SECOND)
    },
  )
})

describe('a hidden tab', () => {
  it('refreshes what is called for and nothing else', async () => {
    const { client, broker, clock, signals } = stage()
    client.keepFresh('mail')
    await settle()
    signals.hide()
    await clock.advance(400 * SECOND)
    await client.getToken('cards')
    await settle()
    const asked = broker.requests().map(({ tokens }) => tokens.map(({ audience }) => audience))
    expect(asked).toEqual([['mail'], ['cards']])
  })
})

describe('a browser that is offline', () => {
  it('is asked for nothing in the background until it is online', async () => {
    const { client, broker, clock, signals } = stage()
    signals.network(false)
    broker.unreachable(true)
    client.keepFresh('cards')
    await clock.advance(600 * SECOND)
    expect(broker.requests()).toHaveLength(1)
    broker.unreachable(false)
    signals.network(true)
    await settle()
    expect(client.status('cards').status).toBe('ready')
  })
})

describe('a wake', () => {
  it('does not make light of what a broker said of itself', async () => {
    const { client, broker, signals } = stage()
    broker.failNext({
      error: 'server_error',
      status: 500,
      audience: 'cards',
      retryAfterSeconds: 60,
    })
    expect(await codeOf(client.getToken('cards'))).toBe('server_error')
    signals.wake('focus')
    expect(await codeOf(client.getToken('cards'))).toBe('server_error')
    expect(broker.requests()).toHaveLength(1)
  })

  it('is a reason to try again what failed for the network’s sake', async () => {
    const { client, broker, signals } = stage({ random: () => 0.999 })
    broker.unreachable(true)
    await codeOf(client.getToken('cards'))
    broker.unreachable(false)
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
    signals.wake('online')
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })
})
