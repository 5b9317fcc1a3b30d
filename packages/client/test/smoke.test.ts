import { expect, it } from 'vitest'
import { createTokenClient } from '../src/index.ts'
import { createFakeBroker, createManualClock } from '../src/testing/index.ts'

it('brings one token in one request', async () => {
  const clock = createManualClock()
  const broker = createFakeBroker({
    clock,
    audiences: { cards: {}, records: { members: ['a', 'b', 'c'] } },
  })
  const client = createTokenClient('https://app.example/api/broker', {
    clock,
    fetch: broker.fetch,
    random: () => 0.5,
  })
  const token = await client.getToken('cards')
  expect(token.value).toBe('canary-1-cards')
  const all = await client.getTokens('records')
  expect([...all.keys()]).toEqual(['records/a', 'records/b', 'records/c'])
  expect(broker.requests().length).toBe(2)
  await expect(client.getToken('records')).rejects.toThrow('group')
  expect(client.status('records').status).toBe('ready')
  await clock.advance(300_000)
  console.log(
    client
      .events()
      .map((e) => JSON.stringify(e))
      .join('\n'),
  )
  client.dispose()
  expect(clock.pending()).toBe(0)
})
