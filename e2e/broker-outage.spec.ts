/** A broker that is gone for a while, with tokens alive. */
import { expect, test } from '@playwright/test'
import {
  counter,
  generationOf,
  noteOf,
  setLifetime,
  signInAs,
  uniqueName,
  writeNote,
} from './demo-page.ts'
import { watchTraffic } from './traffic.ts'

const OUTAGE_MS = 5000
/** 30 s: the fourth of the slider's steps. */
const STEPS_TO_30_S = 3

test('a broker that is dead for 5 s, at the time of renewal, fails no vault call', async ({
  page,
}) => {
  const traffic = watchTraffic(page)
  // Refresh points are drawn at random; drawn early, the tokens outlive the outage for sure.
  await page.addInitScript(() => {
    Math.random = () => 0.9
  })
  const name = uniqueName('Outage')
  await signInAs(page, 'Ada')
  await setLifetime(page, STEPS_TO_30_S)
  await writeNote(page, name, 'Still readable')
  await expect(noteOf(page, name)).toBeVisible()

  // Dead from the moment the page first asks for a renewal.
  const before = await generationOf(page, 1)
  let diedAt = 0
  let refused = 0
  await page.route('**/api/broker/**', async (route) => {
    diedAt ||= Date.now()
    if (Date.now() - diedAt > OUTAGE_MS) return route.continue()
    refused += 1
    return route.abort('connectionrefused')
  })
  await expect.poll(() => refused, { timeout: 40_000 }).toBeGreaterThan(0)
  const servedAtDeath = await counter(page, 'served')
  await expect.poll(() => generationOf(page, 1), { timeout: 30_000 }).toBeGreaterThan(before)

  expect(await counter(page, 'served')).toBeGreaterThan(servedAtDeath)
  expect(await counter(page, 'unauthorized')).toBe(0)
  await expect(noteOf(page, name)).toContainText('Still readable')
  const atVaults = traffic.failures.filter(
    (failure) =>
      !failure.includes('/api/broker/') && !failure.startsWith('console: Failed to load'),
  )
  expect(atVaults).toEqual([])
})
