/** The failure bench, walked through: what each switch breaks, what the page makes of it, the score at the end. */
import { expect, type Page } from '@playwright/test'
import { signInAs } from './demo-page.ts'
import { test } from './own-demo.ts'

const SWITCHES = [
  'The broker answers 500',
  'The broker answers 429',
  'The broker takes 8 s',
  'The broker’s answer is cut off',
  'The clock is 10 min ahead',
  'The clock is 10 min behind',
  'No network',
  'Node 3 is down',
]
const TRIALS = ['The lid was closed for an hour', 'Node 2 refuses its token']
/** The slow broker takes 8 s, and a token may have to grow old first. */
const VERDICT = { timeout: 45_000 }

test('every switch of the bench does what is expected, and no call fails that need not', async ({
  page,
  context,
}) => {
  test.setTimeout(240_000)
  const thrown: string[] = []
  page.on('pageerror', ({ message }) => thrown.push(message))
  await signInAs(page, 'Ada')
  await page.getByRole('switch', { name: 'Read in three ways' }).click()

  for (const name of SWITCHES) await test.step(name, () => breakAndMend(page, name))
  for (const name of TRIALS) await test.step(name, () => tryOnce(page, name))

  // The same reads, the same failures.
  await expect.poll(async () => (await row(page, 'kept')).unauthorized).toBeGreaterThan(0)
  const [ours, each] = [await row(page, 'ours'), await row(page, 'each')]
  expect(ours).toMatchObject({ unauthorized: 0, failed: 0 })
  expect(each.failed).toBeGreaterThan(0)
  expect(each.brokerRequests).toBeGreaterThan(ours.brokerRequests)
  await page.getByRole('switch', { name: 'Read in three ways' }).click()

  await test.step('200 reads at once', () => tryOnce(page, '200 reads at once'))
  const opened = context.waitForEvent('page')
  await tryOnce(page, 'A second tab')
  await (await opened).close()

  await expect(page.getByText('As expected.', { exact: true })).toHaveCount(12)
  expect(await score(page, 'failed')).toBe(0)
  expect(await score(page, 'made')).toBeGreaterThan(250)
  expect(await score(page, 'due')).toBeGreaterThan(0)
  expect(thrown).toEqual([])

  await test.step('a page that is loaded anew finds what is broken, and mends it', async () => {
    const slow = card(page, 'The broker takes 8 s').getByRole('switch')
    const told = page.waitForResponse((response) => response.url().endsWith('/broker-fault'))
    await slow.click()
    await told
    await page.reload()
    await expect(slow).toBeChecked()
    await page.getByRole('button', { name: 'Mend everything, count anew' }).click()
    await expect(slow).not.toBeChecked()
    await expect(page.getByRole('button', { name: 'Count anew', exact: true })).toBeVisible()
  })
})

/** Switches it by keyboard, as everything can be. */
async function breakAndMend(page: Page, name: string): Promise<void> {
  const breaker = card(page, name).getByRole('switch')
  for (const isBroken of [true, false]) {
    await breaker.press('Space')
    await expectVerdict(page, name)
    await expect(breaker).toBeChecked({ checked: isBroken })
  }
}

async function tryOnce(page: Page, name: string): Promise<void> {
  await card(page, name).getByRole('button', { name: 'Try it' }).click()
  await expectVerdict(page, name)
}

/** On the card, and told to those who do not see it. */
async function expectVerdict(page: Page, name: string): Promise<void> {
  await expect(card(page, name)).not.toContainText(/Measuring|Mending/, VERDICT)
  await expect(card(page, name)).toContainText('As expected.')
  await expect(page.getByRole('status').filter({ hasText: `${name}: as expected.` })).toBeAttached()
}

function card(page: Page, name: string) {
  return page.getByRole('article', { name, exact: true })
}

async function score(page: Page, which: 'failed' | 'made' | 'due'): Promise<number> {
  return Number(await page.locator(`[data-score=${which}]`).innerText())
}

interface Row {
  brokerRequests: number
  unauthorized: number
  failed: number
}

async function row(page: Page, way: string): Promise<Row> {
  const cells = await page.locator(`td[data-way=${way}]`).allInnerTexts()
  const [, brokerRequests = 0, unauthorized = 0, failed = 0] = cells.map(Number)
  return { brokerRequests, unauthorized, failed }
}
