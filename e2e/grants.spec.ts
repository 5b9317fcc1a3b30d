/** What each user may do, and how the page says so. */
import { expect, test } from '@playwright/test'
import { nodeCard, noteOf, signInAs, uniqueName, writeNote } from './demo-page.ts'
import { watchTraffic } from './traffic.ts'

test('the auditor sees the share of one node, and learns why it cannot be joined', async ({
  page,
}) => {
  const name = uniqueName('Tom Arcand')
  await signInAs(page, 'Ada')
  await writeNote(page, name, 'Atrial fibrillation')
  await expect(noteOf(page, name)).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()

  const traffic = watchTraffic(page)
  await page.getByRole('button', { name: /Ben/ }).click()
  await expect(page.getByRole('heading', { name: 'You may read node 2' })).toBeVisible()
  await expect(nodeCard(page, 2).locator('[data-share]')).toBeVisible()
  for (const position of [1, 3])
    await expect(nodeCard(page, position)).toContainText('Not granted to you')
  await expect(page.getByText('Atrial fibrillation')).toHaveCount(0)
  expect(traffic.failures).toEqual([])

  await page.getByRole('button', { name: /Ask for all three/ }).click()
  const problem = page.getByRole('alert')
  await expect(problem).toContainText('The broker said no.')
  await expect(problem).toContainText('invalid_target')
  await expect(problem.getByRole('link')).toHaveAttribute('href', /^https:/)
})

test('the visitor is told that nothing is granted, and gets no token by asking', async ({
  page,
}) => {
  const traffic = watchTraffic(page)
  await signInAs(page, 'Eve')
  await expect(page.getByRole('heading', { name: 'Nothing is granted to you' })).toBeVisible()
  expect(traffic.failures).toEqual([])

  await page.getByRole('button', { name: /Ask for all three/ }).click()
  await expect(page.getByRole('alert')).toContainText('invalid_target')
  expect(traffic.tokens.size).toBe(0)
})

test('nothing of one user is left for the next', async ({ page }) => {
  const name = uniqueName('Ines Moura')
  await signInAs(page, 'Ada')
  await writeNote(page, name, 'Migraine with aura')
  await expect(noteOf(page, name)).toContainText('Migraine')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: /Eve/ }).click()
  await expect(page.getByRole('heading', { name: 'Nothing is granted to you' })).toBeVisible()
  await expect(page.getByText(name)).toHaveCount(0)
  await expect(page.locator('[data-counter=served]')).toHaveText('0')
})
