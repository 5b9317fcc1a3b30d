/** Networks that go and come back. */
import { describe, expect, it } from 'vitest'
import { createStage } from '../stage.ts'
import { until } from '../tab.ts'

describe('a browser that is offline', () => {
  it('serves the good token, says `offline` where there is none, catches up when it is online', async (test) => {
    const { house, open } = await createStage(test)
    const page = await open()
    const before = await page.evaluate(async () => (await client.getToken('cards')).value)
    await page.setOfflineMode(true)

    const during = await page.evaluate(async () => {
      const { value } = await client.getToken('cards')
      const outcome = await outcomeOf(client.getToken('notes'))
      client.keepFresh('notes')
      const { error } = client.status('notes')
      return { value, outcome, retryable: error?.retryable, phase: error?.phase }
    })
    expect(during.value).toBe(before)
    expect(during).toMatchObject({ outcome: 'offline', retryable: true, phase: 'request' })
    expect(house.brokerRequests()).toBe(1)

    await page.setOfflineMode(false)
    // Nobody asks.
    await until(async () =>
      expect(await page.evaluate(() => client.status('notes').status)).toBe('ready'),
    )
    expect(house.mints).toEqual(['cards', 'notes'])
    const wakes = await page.evaluate(() =>
      client.events().flatMap((event) => (event.type === 'wake' ? [event.cause] : [])),
    )
    expect(wakes).toContain('online')
  })
})
