/** The demo as its users handle it. */
import { expect, type Page } from '@playwright/test'

export type User = 'Ada' | 'Ben' | 'Ida' | 'Eve'
export const PHONE = { width: 375, height: 812 }

export type Way = 'By system' | 'Direct' | 'Through the broker'

/** Opens the page and signs in. */
export async function signInAs(page: Page, user: User): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: new RegExp(user) }).click()
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
}

/** Sets the token lifetime by its slider, `steps` up from 10 s. */
export async function setLifetime(page: Page, steps: number): Promise<void> {
  const slider = page.getByRole('slider', { name: 'Token lifetime' })
  await slider.press('Home')
  for (let step = 0; step < steps; step += 1) await slider.press('ArrowRight')
}

/** Writes a note for a patient of that name. */
export async function writeNote(page: Page, name: string, diagnosis: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Patient' }).fill(name)
  await page.getByRole('textbox', { name: 'Diagnosis' }).fill(diagnosis)
  await page.getByRole('button', { name: 'Split and store' }).click()
  // The first one waits for the library that splits secrets.
  const stored = page.getByText('Stored: each node holds its share.')
  await expect(stored).toBeAttached({ timeout: 30_000 })
}

/** Chooses how calls reach the vaults. */
export async function choose(page: Page, way: Way): Promise<void> {
  await page.getByRole('radio', { name: way }).check()
}

/** Stores a patient in Skyflow and waits for the tokens that stand for the values. */
export async function storePatient(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Full name' }).fill(name)
  await page.getByRole('textbox', { name: 'SSN' }).fill(SSN)
  await page.getByRole('button', { name: 'Tokenise and store' }).click()
  await expect(page.getByText('Stored: a token stands for each value.')).toBeVisible()
}

/** Writes a visit to NexusRunDB under `key`, and waits until it was read back. */
export async function writeVisit(page: Page, key: string, who: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Key' }).fill(key)
  await page.getByRole('textbox', { name: 'Who' }).fill(who)
  await page.getByRole('button', { name: 'Write the visit' }).click()
  await expect(page.getByRole('article', { name: `Visit ${key}` })).toContainText(who)
}

export const SSN = '219-09-9999'
/** The patients read back from Skyflow, newest first. */
export function patients(page: Page) {
  return page.getByRole('list', { name: 'Patients', exact: true }).getByRole('listitem')
}

/** Unfolds the code behind every action on the page. */
export async function unfoldCode(page: Page): Promise<void> {
  for (const summary of await page.locator('summary', { hasText: 'The code that ran' }).all())
    await summary.click()
}

/** The note of that patient, in the list of what was read back and joined. */
export function noteOf(page: Page, name: string) {
  return page
    .getByRole('list', { name: 'Patient notes' })
    .getByRole('listitem')
    .filter({ hasText: name })
}

export function nodeCard(page: Page, position: number) {
  return page.getByRole('article', { name: `Node ${position}`, exact: true })
}

/** How many tokens the page has had for a node. */
export async function generationOf(page: Page, position: number): Promise<number> {
  const text = await nodeCard(page, position)
    .getByText(/^Generation \d+$/)
    .innerText()
  return Number(text.replace(/\D/g, ''))
}

/** One of the counters. */
export async function counter(page: Page, id: string): Promise<number> {
  return Number(await page.locator(`[data-counter=${id}]`).innerText())
}

/** Nothing sticks out to the right. */
export async function expectNoSideways(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBe(0)
}

/** A name no other test uses. */
export function uniqueName(label: string): string {
  return `${label} ${crypto.randomUUID().slice(0, 8)}`
}
