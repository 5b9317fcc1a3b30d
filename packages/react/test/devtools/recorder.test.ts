import { expect, it } from 'vitest'
import { recorderOf } from '../../src/devtools/recorder.ts'
import { createTestTokens } from '../../src/testing/index.ts'

function setup() {
  const tokens = createTestTokens({
    audiences: { cards: {} },
    vault: () => new Response('{}'),
  })
  return { ...tokens, recorder: recorderOf(tokens.client) }
}

it('knows what was there before anybody looked, and keeps more of it than the client', async () => {
  const { client, recorder } = setup()
  const fetchCards = client.fetchFor('cards')
  await fetchCards('v1/card')
  const stop = recorder.subscribe(() => {})
  for (let call = 0; call < 300; call += 1) await fetchCards('v1/card')
  stop()
  const { events } = recorder.snapshot()
  expect(events.filter(({ type }) => type === 'call')).toHaveLength(301)
  expect(client.events()).toHaveLength(200)
})

it('keeps a thousand events, and no more', async () => {
  const { client, recorder } = setup()
  const fetchCards = client.fetchFor('cards')
  const stop = recorder.subscribe(() => {})
  for (let call = 0; call < 1_100; call += 1) await fetchCards('v1/card')
  await Promise.resolve()
  expect(recorder.snapshot().events).toHaveLength(1_000)
  stop()
})

it('tells of many events at once, and of a status that changes without one', async () => {
  const { client, clock, broker, recorder } = setup()
  let told = 0
  const stop = recorder.subscribe(() => (told += 1))
  await Promise.all(Array.from({ length: 50 }, () => client.fetchFor('cards')('v1/card')))
  await Promise.resolve()
  expect(told).toBeLessThan(20)
  const before = recorder.snapshot()
  expect(before.lanes[0]?.status.status).toBe('ready')
  expect(recorder.snapshot()).toBe(before)

  broker.unreachable(true)
  const events = client.events().length
  client.invalidate('cards')
  await clock.advance(0)
  expect(client.events()).toHaveLength(events)
  expect(recorder.snapshot().lanes[0]?.status.status).not.toBe('ready')
  stop()
})

it('asks for no token, keeps none fresh, and listens only while somebody looks', async () => {
  const { client, clock, broker, recorder } = setup()
  let told = 0
  const stop = recorder.subscribe(() => (told += 1))
  await clock.advance(1_000_000)
  expect(broker.requests()).toEqual([])
  await client.getToken('cards')
  await clock.advance(10_000_000)
  const asked = broker.requests().length
  await clock.advance(10_000_000)
  expect(broker.requests()).toHaveLength(asked)

  stop()
  const then = told
  await client.getToken('cards')
  await Promise.resolve()
  expect(told).toBe(then)
})
