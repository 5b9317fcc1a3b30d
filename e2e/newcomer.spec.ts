/** The newcomer's path: sign in, write and read in all four systems, watch the tokens renew, take the other way. */
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
  writeVisit,
} from './demo-page.ts'
import { watchTraffic } from './traffic.ts'

test.use({ contextOptions: { reducedMotion: 'no-preference' } })

const NODES = [1, 2, 3]
const RENEWALS = 3
const DIAGNOSIS = 'Type 1 diabetes, HbA1c 8.2 %. Start on a pump in May.'

test('a newcomer uses all four systems, sees three renewals of each token, then the same through the broker, without one failed request', async ({
  page,
}) => {
  const traffic = watchTraffic(page)
  const name = uniqueName('Maya Lindqvist')

  await signInAs(page, 'Ada')
  await setLifetime(page, 0)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('tokens that live 10 s')
  // Until somebody says otherwise the broker keeps those of two systems.
  await expect(atTheBroker(page)).toHaveCount(2)
  await choose(page, 'Direct')
  await expect(atTheBroker(page)).toHaveCount(0)
  const proxiedAtFirst = await counter(page, 'proxied')
  await useAll(page, name)
  await expectShares(page, name)

  const before = await Promise.all(NODES.map((position) => generationOf(page, position)))
  await expect(async () => {
    for (const [index, position] of NODES.entries())
      expect(await generationOf(page, position)).toBeGreaterThanOrEqual(before[index]! + RENEWALS)
  }).toPass({ timeout: 60_000 })
  for (const vault of ['Skyflow', 'NexusRunDB']) {
    const lane = page.getByRole('img', { name: new RegExp(`^${vault}: \\d+ tokens`) })
    await expect(lane).toHaveAccessibleName(/each there before the last expired/)
  }
  await expect(page.getByRole('img', { name: 'walt.id: 1 token' })).toBeVisible()

  await expect(noteOf(page, name)).toContainText(DIAGNOSIS)
  expect(await counter(page, 'unauthorized')).toBe(0)
  expect(await counter(page, 'direct')).toBeGreaterThan(NODES.length * RENEWALS)
  expect(await counter(page, 'proxied')).toBe(proxiedAtFirst)
  // One request renews all that are due, so requests stay far below tokens.
  expect(await counter(page, 'requests')).toBeLessThan(traffic.tokens.size)

  await choose(page, 'Through the broker')
  await expect(atTheBroker(page)).toHaveCount(NODES.length + 3)
  await expect(noteOf(page, name)).toContainText(DIAGNOSIS)
  const other = uniqueName('Tom Arcand')
  await useAll(page, other)
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
  await choose(page, 'Direct')
  await useAll(page, uniqueName('Phone'))
  await choose(page, 'Through the broker')
  await useAll(page, uniqueName('Phone'))
  await expectNoSideways(page)
  expect(traffic.failures).toEqual([])
})

/** Writes to the systems and reads back what was written. */
async function useAll(page: Page, name: string): Promise<void> {
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

  const key = uniqueName('visit')
  await writeVisit(page, key, name)
  await page.getByRole('button', { name: `Delete the visit ${key}` }).click()
  await expect(page.getByRole('article', { name: `Visit ${key}` })).toHaveCount(0)

  const wallet = page.getByRole('list', { name: 'In the wallet' })
  await page.getByRole('radio', { name: 'DIDs' }).check()
  await expect(wallet).toContainText('did:key:')
  await page.getByRole('radio', { name: 'Keys' }).check()
  await expect(wallet).toContainText('Ed25519')
}

/** Marks of tokens that the broker keeps. */
function atTheBroker(page: Page) {
  return page.getByText('at the broker', { exact: true })
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
