/** The newcomer's path: sign in, write and read in both systems, watch the tokens renew, take the other way. */
import { expect, type Page, test } from '@playwright/test'
import {
  choose,
  counter,
  expectNoSideways,
  generationOf,
  nodeCard,
  noteOf,
  patients,
  PHONE,
  setLifetime,
  signInAs,
  SSN,
  storePatient,
  uniqueName,
  writeNote,
} from './demo-page.ts'
import { watchTraffic } from './traffic.ts'

const NODES = [1, 2, 3]
const RENEWALS = 3
const DIAGNOSIS = 'Type 1 diabetes, HbA1c 8.2 %. Start on a pump in May.'

test('a newcomer uses both systems, sees three renewals of each token, then the same through the broker, without one failed request', async ({
  page,
}) => {
  const traffic = watchTraffic(page)
  const name = uniqueName('Maya Lindqvist')

  await signInAs(page, 'Ada')
  await setLifetime(page, 0)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('tokens that live 10 s')
  await useBoth(page, name)
  await expectShares(page, name)

  const before = await Promise.all(NODES.map((position) => generationOf(page, position)))
  await expect(async () => {
    for (const [index, position] of NODES.entries())
      expect(await generationOf(page, position)).toBeGreaterThanOrEqual(before[index]! + RENEWALS)
  }).toPass({ timeout: 60_000 })
  const lane = page.getByRole('img', { name: /^Skyflow: \d+ tokens/ })
  await expect(lane).toHaveAccessibleName(/each there before the last expired/)

  await expect(noteOf(page, name)).toContainText(DIAGNOSIS)
  expect(await counter(page, 'unauthorized')).toBe(0)
  expect(await counter(page, 'direct')).toBeGreaterThan(NODES.length * RENEWALS)
  expect(await counter(page, 'proxied')).toBe(0)
  // One request renews all four, so requests stay far below tokens.
  expect(await counter(page, 'requests')).toBeLessThan(traffic.tokens.size)

  await choose(page, 'Through the broker')
  await expect(page.getByText('at the broker', { exact: true })).toHaveCount(NODES.length + 1)
  await expect(noteOf(page, name)).toContainText(DIAGNOSIS)
  const other = uniqueName('Tom Arcand')
  await useBoth(page, other)
  await expectShares(page, other)
  const direct = await counter(page, 'direct')
  const proxied = await counter(page, 'proxied')
  await expect.poll(() => counter(page, 'proxied')).toBeGreaterThan(proxied)
  expect(await counter(page, 'direct')).toBe(direct)
  expect(await counter(page, 'unauthorized')).toBe(0)

  for (const written of [name, other]) {
    await page.getByRole('button', { name: `Delete the note of ${written}` }).click()
    await expect(noteOf(page, written)).toHaveCount(0)
  }
  expect(traffic.failures).toEqual([])
})

test('the path on a phone, in both ways, without one failed request', async ({ page }) => {
  const traffic = watchTraffic(page)
  await page.setViewportSize(PHONE)
  await signInAs(page, 'Ada')
  await useBoth(page, uniqueName('Phone'))
  await choose(page, 'Through the broker')
  await useBoth(page, uniqueName('Phone'))
  await expectNoSideways(page)
  expect(traffic.failures).toEqual([])
})

/** Writes to both systems and reads back what was written. */
async function useBoth(page: Page, name: string): Promise<void> {
  await writeNote(page, name, DIAGNOSIS)
  await expect(noteOf(page, name)).toContainText(DIAGNOSIS)

  await storePatient(page, name)
  await page.getByRole('radio', { name: 'Masked' }).check()
  await expect(patients(page).first()).toContainText('9999')
  await expect(patients(page).first()).not.toContainText(SSN)
  await page.getByRole('radio', { name: 'Plain text' }).check()
  await expect(patients(page).first()).toContainText(name)
  await expect(patients(page).first()).toContainText(SSN)

  await page.getByRole('button', { name: 'Detokenise' }).click()
  await expect(page.getByLabel('Tokens in place of values')).toContainText(SSN)
}

/** Each node shows another share, and none of them the secret. */
async function expectShares(page: Page, name: string): Promise<void> {
  for (const position of NODES) {
    await expect(nodeCard(page, position)).toContainText(name)
    await expect(nodeCard(page, position)).not.toContainText('diabetes')
  }
  const shares = await Promise.all(
    NODES.map((position) => nodeCard(page, position).locator('[data-share]').innerText()),
  )
  expect(new Set(shares).size).toBe(NODES.length)
}
