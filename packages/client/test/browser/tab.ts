/** What a user or a browser does to a tab. */
import type { Page } from 'puppeteer-core'
import { expect, vi } from 'vitest'
import type { Stage } from './stage.ts'

const PATIENCE_MS = 20_000

/** Stops all of a tab's work, as Chromium does with hidden tabs when it saves energy. */
export async function freeze(page: Page): Promise<void> {
  await setLifecycleState(page, 'frozen')
}

/** Thaws a tab and looks at it. */
export async function wake(page: Page): Promise<void> {
  await setLifecycleState(page, 'active')
  await page.bringToFront()
}

async function setLifecycleState(page: Page, state: 'frozen' | 'active'): Promise<void> {
  const session = await page.createCDPSession()
  await session.send('Page.setWebLifecycleState', { state })
  await session.detach()
}

/** Waits until every token that is held now has died. Asks no tab for anything. */
export async function outlive(lifetimeMs: number): Promise<void> {
  const diedAt = Date.now() + lifetimeMs
  await until(() => expect(Date.now()).toBeGreaterThan(diedAt))
}

/** Waits for what comes by itself. */
export function until(assertion: () => unknown): Promise<unknown> {
  return vi.waitFor(assertion, { timeout: PATIENCE_MS, interval: 50 })
}

/** How `cards` stands in a tab, in words that can leave it. */
export function statusOf(
  page: Page,
): Promise<{ status: string; isRefreshing: boolean; generation: number }> {
  return page.evaluate(() => {
    const { status, isRefreshing, generation } = client.status('cards')
    return { status, isRefreshing, generation }
  })
}

/** Opens a tab in which this user is signed in and has a token for `cards`. */
export async function signedInTab(open: Stage['open'], user: string): Promise<Page> {
  const page = await open()
  await page.evaluate(async (identity) => {
    client.reset(identity)
    await client.getToken('cards')
  }, user)
  return page
}

/** The text of the token for `cards` that a tab serves now. */
export function valueIn(page: Page): Promise<string> {
  return page.evaluate(async () => (await client.getToken('cards')).value)
}

/** Why a tab has forgotten its tokens, each time. */
export function resetsIn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    client.events().flatMap((event) => (event.type === 'identity-changed' ? [event.cause] : [])),
  )
}
