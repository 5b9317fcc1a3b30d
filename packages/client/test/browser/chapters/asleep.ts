/** Tabs that are hidden, frozen, or kept for the way back. */
import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { createStage, needsWholeChromium } from '../stage.ts'
import { freeze, outlive, resetsIn, signedInTab, statusOf, until, valueIn, wake } from '../tab.ts'
import { GRACE_MS } from '../vault.ts'

/** Below 3 s, be it by a millisecond on the way, nothing is renewed in the background. */
const LIFETIME_MS = 3_500

/** Renews as early as the rules allow, so that a test need not wait long for it. */
const renewEarly = () => {
  globalThis.clientOptions = { random: () => 1 }
}
const keepCards = (page: Page) => page.evaluate(() => void client.keepFresh('cards'))
const callVault = (page: Page) =>
  page.evaluate(async () => (await client.fetchFor('cards')('/')).status)

describe('a tab frozen in the middle of a refresh', () => {
  it('delays no other tab', async (test) => {
    const { house, open } = await createStage(test, { lifetimeMs: LIFETIME_MS })
    const sleeper = await open({ before: renewEarly })
    await keepCards(sleeper)
    await until(async () => expect(await statusOf(sleeper)).toMatchObject({ status: 'ready' }))
    const held = house.holdNext()
    await held.arrived
    await freeze(sleeper)
    const other = await open()
    expect(await callVault(other)).toBe(200)
    const late = await open()
    expect(await callVault(late)).toBe(200)
    // Frozen all that time.
    expect(await statusOf(sleeper)).toMatchObject({ isRefreshing: true, generation: 1 })
    held.release()
  })

  it('recovers when it wakes after its token has died, with an answer too old to use', async (test) => {
    const { house, open } = await createStage(test, { lifetimeMs: LIFETIME_MS })
    const sleeper = await open({ before: renewEarly })
    await keepCards(sleeper)
    await until(async () => expect(await statusOf(sleeper)).toMatchObject({ status: 'ready' }))
    const held = house.holdNext()
    await held.arrived
    await freeze(sleeper)
    held.release()
    await until(async () => expect(house.mints.length).toBe(2))
    await outlive(LIFETIME_MS + GRACE_MS)
    // It has noticed nothing.
    expect(await statusOf(sleeper)).toMatchObject({ isRefreshing: true, generation: 1 })
    await wake(sleeper)
    expect(await callVault(sleeper)).toBe(200)
    expect(house.vault.calls.map(({ status }) => status)).toEqual([200])
  })
})

describe('a hidden tab', () => {
  it('asks for nothing, and renews by itself when it is seen again', async (test) => {
    await needsWholeChromium(test)
    const { house, open } = await createStage(test, { lifetimeMs: LIFETIME_MS })
    const page = await open({ before: renewEarly })
    await keepCards(page)
    await until(async () => expect(await statusOf(page)).toMatchObject({ generation: 1 }))
    await open()
    expect(await page.evaluate(() => document.visibilityState)).toBe('hidden')
    await outlive(LIFETIME_MS)
    expect(house.brokerRequests()).toBe(1)
    await page.bringToFront()
    await until(async () =>
      expect(await statusOf(page)).toMatchObject({ status: 'ready', generation: 2 }),
    )
    expect(house.brokerRequests()).toBe(2)
  })
})

describe('a page kept in the back/forward cache', () => {
  it('serves its token as before when it comes back', async (test) => {
    await needsWholeChromium(test)
    const { house, open } = await createStage(test)
    const page = await open()
    expect(await callVault(page)).toBe(200)
    await leave(page)
    expect(await comeBack(page)).toBe(true)
    expect(await callVault(page)).toBe(200)
    expect(house.brokerRequests()).toBe(1)
  })

  it('renews what it keeps fresh when it comes back after its token has died', async (test) => {
    await needsWholeChromium(test)
    const { house, open } = await createStage(test, { lifetimeMs: LIFETIME_MS })
    const page = await open({ before: renewEarly })
    await keepCards(page)
    await until(async () => expect(await statusOf(page)).toMatchObject({ generation: 1 }))
    await leave(page)
    await outlive(LIFETIME_MS)
    expect(await comeBack(page)).toBe(true)
    await until(async () =>
      expect(await statusOf(page)).toMatchObject({ status: 'ready', generation: 2 }),
    )
    expect(await callVault(page)).toBe(200)
    expect(house.brokerRequests()).toBe(2)
  })
})

describe('a change of user while a page is kept there', () => {
  const returns = [
    { how: 'seen', isSeen: true },
    { how: 'in a hidden tab', isSeen: false },
  ]
  it.for(returns)(
    'leaves it nothing of the former user when it comes back $how',
    async (how, test) => {
      await needsWholeChromium(test)
      const { open, signIn } = await createStage(test)
      const page = await signedInTab(open, 'ada')
      const former = await valueIn(page)
      await leave(page)
      const other = await signedInTab(open, 'ada')
      await signIn('bob')
      await other.evaluate(() => client.reset('bob'))
      if (how.isSeen) await page.bringToFront()
      expect(await comeBack(page)).toBe(true)
      expect(await page.evaluate(() => document.hidden)).toBe(!how.isSeen)
      await until(async () => expect(await resetsIn(page)).toContain('tab'))
      expect(await statusOf(page)).toMatchObject({ status: 'idle', generation: 0 })
      expect(await valueIn(page)).not.toBe(former)
    },
  )
})

/** Goes on to another page, as by a link. */
async function leave(page: Page): Promise<void> {
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => {
      document.title = persisted ? 'restored' : 'loaded anew'
    })
  })
  await page.goto(new URL('/next', page.url()).href)
}

/** Goes back. True if the page is the one that was left, and not one loaded anew. */
async function comeBack(page: Page): Promise<boolean> {
  await page.goBack()
  return (await page.title()) === 'restored'
}
