/** Vaults broken by hand, and what the rest of the page makes of it. */
import { expect } from '@playwright/test'
import {
  counter,
  expectNoSideways,
  noteOf,
  patients,
  PHONE,
  signInAs,
  storePatient,
  uniqueName,
  writeNote,
} from './demo-page.ts'
import { test } from './own-demo.ts'

test('a dead vault is named, leaves nothing half read or half written, holds up no other; all is well when it is back', async ({
  page,
}) => {
  const name = uniqueName('Two of three')
  const other = uniqueName('Never stored')
  await signInAs(page, 'Ada')
  await writeNote(page, name, 'Kept in three shares')
  await storePatient(page, name)
  await expect(noteOf(page, name)).toContainText('Kept in three shares')
  await expect(patients(page).first()).toContainText('9999')

  // A token that is renewed by itself right after is never refused: then once more.
  await expect(async () => {
    await page.getByRole('button', { name: 'Revoke token of Skyflow' }).click()
    await expect(page.getByText(/^Skyflow: sent the call again with token/)).toBeVisible({
      timeout: 5_000,
    })
  }).toPass({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Take down Skyflow' }).click()
  await expect(page.getByText('Skyflow did not answer.')).toBeVisible()
  await expect(page.getByRole('radio', { name: 'By system' })).toBeChecked()

  await page.getByRole('button', { name: 'Take down Node 3' }).click()
  await expect(page.getByText(/^Node 3 did not answer/)).toBeVisible()
  await expect(noteOf(page, name)).toContainText('the share of Node 3 is missing')
  await expect(page.getByText('Kept in three shares')).toHaveCount(0)

  await page.getByRole('textbox', { name: 'Patient' }).fill(other)
  await page.getByRole('button', { name: 'Split and store' }).click()
  await expect(page.getByRole('alert')).toContainText('The note was not stored.', {
    timeout: 30_000,
  })
  const wide = page.viewportSize()!
  await page.setViewportSize(PHONE)
  await expectNoSideways(page)
  await page.setViewportSize(wide)

  await page.getByRole('button', { name: 'Bring back Node 3' }).click()
  await page.getByRole('button', { name: 'Bring back Skyflow' }).click()
  await expect(noteOf(page, name)).toContainText('Kept in three shares')
  await expect(noteOf(page, other)).toHaveCount(0)
  await expect(page.getByText('Skyflow did not answer.')).toHaveCount(0)
  await expect(page.getByRole('alert')).toContainText('The note was not stored.')
  expect(await counter(page, 'unauthorized')).toBe(0)
  // All that failed had to.
  await expect(page.locator('[data-score=failed]')).toHaveText('0')
})
