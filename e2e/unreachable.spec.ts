/** Vaults that the browser cannot reach: the page says so and takes the other way by itself. */
import { expect, type Page } from '@playwright/test'
import { counter, noteOf, signInAs, storePatient, uniqueName, writeNote } from './demo-page.ts'
import { test } from './own-demo.ts'

const NOTICE = 'This browser cannot reach the vaults’ addresses'

async function expectAllWorksProxied(page: Page): Promise<void> {
  await expect(page.getByText(NOTICE)).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Through the broker' })).toBeChecked()
  const name = uniqueName('Far away')
  await writeNote(page, name, 'Read through one port')
  await expect(noteOf(page, name)).toContainText('Read through one port')
  await storePatient(page, name)
  expect(await counter(page, 'direct')).toBe(0)
  expect(await counter(page, 'proxied')).toBeGreaterThan(0)
}

test('where only the page’s own port is open, calls go through the broker by themselves', async ({
  page,
  baseURL,
}) => {
  await page.route(
    (url) => url.origin !== new URL(baseURL!).origin,
    (route) => route.abort('connectionrefused'),
  )
  await signInAs(page, 'Ada')
  await expectAllWorksProxied(page)

  // Tried again, and given up again.
  const failed = page.waitForEvent('requestfailed')
  await page.getByRole('radio', { name: 'Direct' }).click()
  await failed
  await expect(page.getByText(NOTICE)).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Through the broker' })).toBeChecked()
})

test.describe('vaults that admit no other origins than their vendors’', () => {
  test.use({ demoEnv: { VALETKEY_DEMO_CORS: 'vendor' } })

  test('are used through the broker', async ({ page }) => {
    await signInAs(page, 'Ada')
    await expectAllWorksProxied(page)
  })
})
