/** The newcomer's path: sign in, write, read back joined, watch the tokens renew. */
import { expect, test } from '@playwright/test'
import {
  counter,
  generationOf,
  nodeCard,
  noteOf,
  setLifetime,
  signInAs,
  uniqueName,
  writeNote,
} from './demo-page.ts'
import { watchTraffic } from './traffic.ts'

const NODES = [1, 2, 3]
const RENEWALS = 3

test('a newcomer writes a note, reads it back joined, and sees three renewals of each token without one failed request', async ({
  page,
}) => {
  const traffic = watchTraffic(page)
  const name = uniqueName('Maya Lindqvist')
  const diagnosis = 'Type 1 diabetes, HbA1c 8.2 %. Start on a pump in May.'

  await signInAs(page, 'Ada')
  await setLifetime(page, 0)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('tokens that live 10 s')
  await writeNote(page, name, diagnosis)
  await expect(noteOf(page, name)).toContainText(diagnosis)

  const shares = await Promise.all(
    NODES.map((position) => nodeCard(page, position).locator('[data-share]').innerText()),
  )
  expect(new Set(shares).size).toBe(NODES.length)
  for (const position of NODES) {
    await expect(nodeCard(page, position)).toContainText(name)
    await expect(nodeCard(page, position)).not.toContainText('diabetes')
  }

  const before = await Promise.all(NODES.map((position) => generationOf(page, position)))
  await expect(async () => {
    for (const [index, position] of NODES.entries())
      expect(await generationOf(page, position)).toBeGreaterThanOrEqual(before[index]! + RENEWALS)
  }).toPass({ timeout: 60_000 })

  await expect(noteOf(page, name)).toContainText(diagnosis)
  expect(await counter(page, 'unauthorized')).toBe(0)
  expect(await counter(page, 'served')).toBeGreaterThan(NODES.length * RENEWALS)
  // One request renews all three, so requests stay far below tokens.
  expect(await counter(page, 'requests')).toBeLessThan(traffic.tokens.size)
  expect(traffic.failures).toEqual([])

  await page.getByRole('button', { name: `Delete the note of ${name}` }).click()
  await expect(noteOf(page, name)).toHaveCount(0)
  expect(traffic.failures).toEqual([])
})
