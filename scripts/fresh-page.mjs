// Opens a page in a real Chromium, then waits for what it shows.
import { chromium } from './chromium.mjs'

const TIMEOUT_MS = 90_000
const SHOWN_COMPLAINTS = 5

/**
 * Waits until somebody answers at `url`. `see` rejects if the text does not come, and on anything that the page
 * complained of in the console.
 */
export async function openPage(url) {
  const { chromium: playwright } = await import('playwright')
  const browser = await playwright.launch(chromium())
  try {
    const page = await browser.newPage()
    const complaints = watch(page)
    await visit(page, url)
    return { see: (text) => see(page, { text, complaints }), close: () => browser.close() }
  } catch (error) {
    await browser.close()
    throw error
  }
}

function watch(page) {
  const complaints = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  return complaints
}

async function visit(page, url) {
  const endsAt = Date.now() + TIMEOUT_MS
  const isThere = () =>
    page.goto(url, { timeout: TIMEOUT_MS }).then(
      () => true,
      () => false,
    )
  while (!(await isThere())) {
    if (Date.now() > endsAt) throw new Error(`${url} cannot be opened`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function see(page, { text, complaints }) {
  const shown = page.getByText(text, { exact: false }).first()
  await shown.waitFor({ timeout: TIMEOUT_MS }).catch(async () => {
    const seen = (await page.innerText('body')).slice(0, 500)
    throw new Error(`the page does not show "${text}" but "${seen}"\n${shortOf(complaints)}`)
  })
  if (complaints.length > 0) throw new Error(`the page complains: ${shortOf(complaints)}`)
}

/** The first lines of the first few, each once. */
function shortOf(complaints) {
  const lines = complaints.map((complaint) => complaint.split('\n')[0])
  return [...new Set(lines)].slice(0, SHOWN_COMPLAINTS).join('\n')
}
