/** skyflow-js in React by the recipe of the guide. */
import { describe, expect, it, vi } from 'vitest'
import { createStage } from '../stage.ts'

const PATIENCE = { timeout: 10_000, interval: 50 }

describe('skyflow-js in React', () => {
  it('has one frame, under StrictMode, however often is rendered, and none after the end', async (test) => {
    const { page, console: said } = await createStage(test, { entry: 'react-page.tsx' })
    const frames = () => page.evaluate(() => framesNow())
    for (const cards of [1, 3, 3, 2, 5]) {
      await page.evaluate((count) => render(count), cards)
      await page.waitForFunction(
        (count) => document.querySelectorAll('button').length === count,
        {},
        cards,
      )
      expect(await frames()).toBe(1)
    }
    await page.click('button')
    await page.waitForSelector('[data-stored="1"]')

    await page.evaluate(() => resetSdk())
    expect(await frames()).toBe(2)
    await vi.waitFor(async () => expect(await frames()).toBe(1), PATIENCE)
    await page.click('button:last-of-type')
    await page.waitForSelector('button:last-of-type[data-stored="1"]')

    await page.evaluate(() => unmount())
    await vi.waitFor(async () => expect(await frames()).toBe(0), PATIENCE)
    expect(said.filter((text) => /error|warning/i.test(text))).toEqual([])
  })
})
