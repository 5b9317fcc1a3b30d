/** What each user may do, and how the page says so. */
import { expect, test } from '@playwright/test'
import {
  choose,
  counter,
  nodeCard,
  noteOf,
  patients,
  signInAs,
  SSN,
  storePatient,
  uniqueName,
  type Way,
  writeNote,
  writeVisit,
} from './demo-page.ts'
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

test('the auditor reads visits and changes none; what the broker and the database refused is told apart', async ({
  page,
}) => {
  const key = uniqueName('audited')
  await signInAs(page, 'Ada')
  await writeVisit(page, key, 'Maya Lindqvist')
  await page.getByRole('button', { name: 'Sign out' }).click()

  await page.getByRole('button', { name: /Ben/ }).click()
  await page.getByRole('textbox', { name: 'Beginning with' }).fill(key)
  await page.getByRole('button', { name: key, exact: true }).click()
  await expect(page.getByRole('article', { name: `Visit ${key}` })).toContainText('Maya Lindqvist')
  await page.getByRole('button', { name: 'Write the visit anyway' }).click()
  await expect(page.getByRole('alert')).toContainText('forbidden')

  await page.getByRole('button', { name: 'Ask for walt.id anyway' }).click()
  await expect(page.getByText('The broker said no to walt.id.')).toBeVisible()
  const audit = page.getByRole('region', { name: 'Decisions, newest first' })
  await page.getByRole('radio', { name: 'Refused' }).check()
  // The broker forwarded what the database refused.
  await expect(audit.getByRole('row')).toHaveCount(2)
  await expect(audit.getByRole('row').last()).toContainText('walt.id')
  await expect(audit.getByRole('row').last()).toContainText('invalid_target')
  await page.getByRole('radio', { name: 'Granted' }).check()
  await expect(audit.getByRole('row').last()).toContainText(/[\da-f]{16}|none needed/)
})

test('who lacks the Skyflow grant alone is told so kindly, and goes on with the notes', async ({
  page,
}) => {
  const name = uniqueName('Ida only')
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`)
  })
  await signInAs(page, 'Ida')
  await writeNote(page, name, 'Goes on')
  await expect(page.getByText('Skyflow is not granted to you')).toBeVisible()
  expect(refused).toEqual([])

  await page.getByRole('button', { name: 'Ask for Skyflow anyway' }).click()
  await expect(page.getByRole('alert')).toContainText('The broker said no to Skyflow.')
  await expect(page.getByRole('alert')).toContainText('invalid_target')
  expect(refused).toHaveLength(1)
  expect(refused[0]).toMatch(/^403 .*\/api\/broker\/tokens$/)

  const served = await counter(page, 'served')
  await expect.poll(() => counter(page, 'served')).toBeGreaterThan(served)
  await expect(noteOf(page, name)).toContainText('Goes on')
  for (const position of [1, 2, 3]) await expect(nodeCard(page, position)).toContainText('Ready')
})

test('the role decides how much of a patient is seen, whatever is asked for, in either way', async ({
  page,
}) => {
  const name = uniqueName('Ines')
  await signInAs(page, 'Ada')
  await storePatient(page, name)
  await expect(patients(page).first()).toContainText('9999')
  await expect(page.getByText(SSN)).toHaveCount(0)
  await page.getByRole('radio', { name: 'Plain text' }).check()
  await expect(patients(page).first()).toContainText(SSN)
  await expect(patients(page).first()).toContainText(name)
  await page.getByRole('button', { name: 'Sign out' }).click()

  await page.getByRole('button', { name: /Ben/ }).click()
  for (const way of ['Direct', 'Through the broker'] satisfies Way[]) {
    await choose(page, way)
    await page.getByRole('radio', { name: 'Plain text' }).check()
    await expect(page.getByText('Plain text was asked for')).toBeVisible()
    await expect(patients(page).first()).toContainText('9999')
    await expect(page.getByText(SSN)).toHaveCount(0)
  }
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
  await page.getByRole('button', { name: 'Ask for Skyflow anyway' }).click()
  await expect(page.getByRole('alert')).toHaveCount(2)
  await expect(page.getByText('The broker said no to Skyflow.')).toBeVisible()
  const refusals = traffic.failures.filter((failure) => failure.startsWith('403 '))
  expect(refusals).toHaveLength(2)
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
