// Takes the pictures of the README and the demo's guide: each screen wide in both themes, and on a phone.
import { spawn } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from './chromium.mjs'
import { root, withTools } from './tool-path.mjs'

const RENEWALS_MS = 22_000
const LARGEST_BYTES = 300 * 1024
const ROOM_PX = 12
const BELOW_NAV_PX = 100
const TALLEST_PX = { wide: 1700, phone: 1800 }
const folder = join(root, 'docs', 'images')

/** Windows as tall as the tallest picture, since what lies beyond a window's edge may be drawn as it was. */
const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 2000 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 2000 } },
  {
    name: 'phone',
    colorScheme: 'light',
    viewport: { width: 390, height: 2400 },
    deviceScaleFactor: 1.5,
  },
]
/** The sections of the page, by the id of each; two that stand side by side are one picture where there is room. */
const SECTIONS = [
  { name: 'secretvault', ids: ['secretvault'] },
  { name: 'skyflow', ids: ['skyflow'] },
  { name: 'nexusrundb-waltid', ids: ['nexusrundb', 'waltid'] },
]
/** These are taken after something was broken. */
const AFTERMATH = [
  { name: 'failures', ids: ['break'] },
  { name: 'logs', ids: ['logs'] },
]
const EXPERIMENTS = ['Node 2 refuses its token', 'The broker answers 429', 'The broker answers 500']

// After run.mjs has built the demo: `npm start` once, or `pnpm --filter demo build`.
const { chromium: playwright } = await import('playwright')
mkdirSync(folder, { recursive: true })
const browser = await playwright.launch(chromium())
try {
  for (const look of LOOKS) await shoot(look)
} finally {
  await browser.close()
}

/** A demo of its own for each, so that all show the same. */
async function shoot({ name, ...look }) {
  const demo = await startDemo()
  try {
    const page = await browser.newPage({ ...look, reducedMotion: 'reduce' })
    await page.goto(demo.url)
    await page.getByRole('button', { name: /Ada/ }).waitFor()
    const clip = { x: 0, y: 0, width: look.viewport.width, height: name === 'phone' ? 1760 : 1000 }
    await take(page, `demo-sign-in-${name}`, clip)
    await page.getByRole('button', { name: /Ada/ }).click()
    await work(page)
    await page.waitForTimeout(RENEWALS_MS)
    // The first is what the README shows.
    await take(page, `demo-${name}`, await topOf(page, 'live'))
    await takeSections(page, SECTIONS, name)
    await breakThings(page)
    await takeSections(page, AFTERMATH, name)
  } finally {
    demo.stop()
  }
}

async function takeSections(page, sections, look) {
  for (const { name, ids } of sections)
    await take(page, `demo-${name}-${look}`, await areaOf(page, ids))
}

/** Runs some experiments of the failure bench; one that does not end as it should is no picture but a bug. */
async function breakThings(page) {
  for (const title of EXPERIMENTS) {
    const card = page.getByRole('article', { name: title })
    await card.getByRole('button').or(card.getByRole('switch')).click()
    await card.getByText('As expected.', { exact: true }).waitFor({ timeout: 60_000 })
    // All are held back while one runs.
    await page.locator('#break [aria-disabled=true]').first().waitFor({ state: 'detached' })
  }
}

/** Writes to every system. */
async function work(page) {
  await page.getByRole('slider', { name: 'Token lifetime' }).press('Home')
  await page.getByRole('button', { name: 'Split and store' }).click()
  await page.getByText('Stored: each node holds its share.').waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Tokenise and store' }).click()
  await page.getByText('Stored: a token stands for each value.').waitFor()
  await page.getByRole('button', { name: 'Write the visit' }).click()
  await page.getByText(/^Written under/).waitFor()
}

/** The page from its top to the end of a section. */
async function topOf(page, id) {
  await page.evaluate(() => window.scrollTo(0, 0))
  const { bottom } = await page.evaluate(boxOf, id)
  return { x: 0, y: 0, width: page.viewportSize().width, height: bottom + ROOM_PX }
}

/** Where these sections are, scrolled to, with some room around; of a long one its beginning. */
async function areaOf(page, ids) {
  const scroll = ([id, offset]) =>
    window.scrollBy(0, document.getElementById(id).getBoundingClientRect().top - offset)
  await page.evaluate(scroll, [ids[0], BELOW_NAV_PX])
  const boxes = await Promise.all(ids.map((id) => page.evaluate(boxOf, id)))
  const top = Math.min(...boxes.map((box) => box.top)) - ROOM_PX
  const bottom = Math.max(...boxes.map((box) => box.bottom)) + ROOM_PX
  const { width } = page.viewportSize()
  const tallest = width < 600 ? TALLEST_PX.phone : TALLEST_PX.wide
  return { x: 0, y: top, width, height: Math.min(bottom - top, tallest) }
}

/** Runs in the page. */
function boxOf(id) {
  const { top, bottom } = document.getElementById(id).getBoundingClientRect()
  return { top, bottom }
}

async function take(page, name, clip) {
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, clip })
  const { size } = statSync(path)
  console.log(`${path} ${Math.round(size / 1024)} KiB`)
  if (size > LARGEST_BYTES) throw new Error(`${name}.png has more than 300 KiB`)
}

/** Starts the built demo on a free port; resolves once it has said where it is. */
async function startDemo() {
  const env = {
    ...withTools(process.env),
    PORT: '0',
    VALETKEY_SECRETVAULT: '',
    VALETKEY_SKYFLOW: '',
    VALETKEY_DEMO_CORS: '',
  }
  const child = spawn(process.execPath, ['apps/demo/server/main.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Valet Key demo: (\S+)/.exec(line)?.[1]
    if (url) return { url, stop: () => child.kill() }
  }
  throw new Error('The demo ended before it said where it is.')
}
