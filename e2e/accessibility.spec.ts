/** The page for everybody: contrast, names, keyboard, small screens, less motion. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import {
  expectNoSideways,
  noteOf,
  patients,
  PHONE,
  signInAs,
  storePatient,
  unfoldCode,
  uniqueName,
  type User,
  writeNote,
  writeVisit,
} from './demo-page.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function expectNoViolations(page: Page, without: string[] = []): Promise<void> {
  // Further down the sticky links lie over whatever is there, which axe takes for a target too small.
  await page.evaluate(() => scrollTo(0, 0))
  const axe = new AxeBuilder({ page }).withTags(RULES).disableRules(without)
  const { violations } = await axe.analyze()
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`,
  )
  expect(found).toEqual([])
}

test('axe finds nothing on the first screen, wide or on a phone', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await expectNoViolations(page)
  await page.setViewportSize(PHONE)
  await expectNoViolations(page)
  await expectNoSideways(page)
})

test('axe finds nothing in the workspace, with everything in it and unfolded, wide or on a phone', async ({
  page,
  colorScheme,
}) => {
  const name = uniqueName('Jonas Weber')
  await signInAs(page, 'Ada')
  await writeNote(page, name, 'Lyme disease, stage 1')
  await expect(noteOf(page, name)).toBeVisible()
  await page.getByText('Emulated vaults, test keys.').click()
  await storePatient(page, uniqueName('Jonas Weber'))
  await page.getByRole('button', { name: 'Detokenise' }).click()
  await expect(patients(page)).not.toHaveCount(0)
  await writeVisit(page, uniqueName('axe'), name)
  await unfoldCode(page)
  // The bench with something broken, and a verdict.
  await page.getByRole('switch', { name: 'No network' }).click()
  await expect(page.getByText('As expected.', { exact: true })).toBeVisible()
  await expectNoViolations(page)
  await page.setViewportSize(PHONE)
  // Colours are the same on a phone, and take the longest to look at.
  if (colorScheme === 'light') await expectNoViolations(page, ['color-contrast'])
  await expectNoSideways(page)
})

for (const user of ['Ben', 'Eve'] satisfies User[])
  test(`axe finds nothing where ${user} is refused`, async ({ page }) => {
    await signInAs(page, user)
    await page.getByRole('button', { name: /Ask for all three/ }).click()
    if (user === 'Eve') await page.getByRole('button', { name: 'Ask for Skyflow anyway' }).click()
    await expect(page.getByRole('alert')).toHaveCount(user === 'Eve' ? 2 : 1)
    await expectNoViolations(page)
    await page.setViewportSize(PHONE)
    await expectNoSideways(page)
  })

test('the keyboard alone signs in, sets the lifetime, takes the other way, stores a note, a patient and a visit', async ({
  page,
}) => {
  const name = uniqueName('Keyboard')
  await page.goto('/')
  await tabTo(page, /Ada/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()

  await tabTo(page, 'Token lifetime')
  await page.keyboard.press('End')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('live 5 min')
  await page.keyboard.press('Home')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('live 10 s')

  await tabTo(page, 'By system')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('radio', { name: 'Through the broker' })).toBeChecked()

  await tabTo(page, 'Patient')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await expect(noteOf(page, name)).toBeVisible()

  await tabTo(page, 'Full name')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Stored: a token stands for each value.')).toBeVisible()

  await tabTo(page, 'Who')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Written under /)).toBeVisible()
})

test('the theme can be chosen, and is kept', async ({ page, colorScheme }) => {
  await page.goto('/')
  const other = colorScheme === 'dark' ? 'light' : 'dark'
  const canvas = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const before = await canvas()
  await page.getByRole('button', { name: `Switch to the ${other} theme` }).click()
  // With less motion each change is a transition of one moment, over with the next frame.
  await expect.poll(canvas).not.toBe(before)
  const after = await canvas()
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(await canvas()).toBe(after)
})

test('who asked for less motion gets lanes that step once a second', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await signInAs(page, 'Ada')
  await page.getByRole('img', { name: /Node 1: 1 token/ }).waitFor()
  const moves = await page.evaluate(async () => {
    const world = document.querySelector('svg[role=img] g')!
    let count = 0
    const watcher = new MutationObserver((changes) => (count += changes.length))
    watcher.observe(world, { attributes: true, attributeFilter: ['transform'] })
    await new Promise((resolve) => setTimeout(resolve, 3000))
    return count
  })
  expect(moves).toBeGreaterThanOrEqual(2)
  expect(moves).toBeLessThanOrEqual(8)
})

/** Presses Tab until the element with that accessible name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const target = page
    .getByRole('button', { name })
    .or(page.getByRole('slider', { name }))
    .or(page.getByRole('radio', { name }))
    .or(page.getByRole('textbox', { name }))
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`The keyboard does not reach ${name}.`)
}
