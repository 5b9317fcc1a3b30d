/** What the pages of the Next example do on a server, and in a Chromium. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium as playwright } from 'playwright'
import { chromium } from '../scripts/chromium.mjs'

const built = join(import.meta.dirname, 'next', '.next')
const SHOWN = [
  'Card ending in 4242, token ready',
  'Holder: Ada Lovelace',
  'Issuer: Bank of Examples',
]
const FALLBACKS = ['The gate is closed.', 'Waiting for tokens.', 'Waiting for the card.']

/**
 * @param origin where the example runs
 * @param fetchLog a file with a line for each `fetch` of the build and the server, from `fetch-log.mjs`
 */
export async function checkPages(origin, fetchLog) {
  checkPrerendered()
  checkBundle()
  const browser = await playwright.launch(chromium())
  try {
    const context = await browser.newContext()
    const page = await watch(await context.newPage())
    await page.goto(origin)
    await page.getByRole('button', { name: 'Sign in as Ada' }).click()
    await see(page, SHOWN)
    // React logs what an error boundary catches.
    expect('complaints of a page nobody is signed in to', complaintsOf(page), [
      `401 ${origin}/api/broker/tokens`,
      'TokenError: invalid_session',
    ])

    const next = await watch(await context.newPage())
    await next.goto(origin)
    await see(next, SHOWN)
    expect('complaints while hydrating', complaintsOf(next), [])
    expect('requests of a page', next.asked, ['POST /api/broker/tokens', 'GET /vault/card'])
  } finally {
    await browser.close()
  }
  const fetched = readFileSync(fetchLog, 'utf8').trimEnd().split('\n')
  expect('what build and server fetched', [...new Set(fetched)], ['begun'])
  return 'pages: nothing fetched on a server, fallbacks sent, hydrated without a word'
}

/** The page as the build left it. */
function checkPrerendered() {
  const html = readFileSync(join(built, 'server', 'app', 'index.html'), 'utf8')
  expect(
    'fallbacks in the prerendered page',
    FALLBACKS.filter((text) => html.includes(text)),
    FALLBACKS,
  )
  expect('vault data in the prerendered page', /4242|Lovelace|Bank of/.test(html), false)
}

/** No word of the devtools, though the app imports them. */
function checkBundle() {
  const folder = join(built, 'static')
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.js'))
  const scripts = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  expect('the client in the bundle', scripts.includes('X-Valet-Key'), true)
  expect('devtools in the bundle', /vk-devtools|Copy as JSON/.test(scripts), false)
}

/** Notes what a page says on its console, what it throws and what it asks for. */
async function watch(page) {
  const noted = { said: [], asked: [] }
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) noted.said.push(said(message))
  })
  page.on('pageerror', (error) => noted.said.push(String(error)))
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (/^\/(api|vault)\//.test(pathname)) noted.asked.push(`${request.method()} ${pathname}`)
  })
  return Object.assign(page, noted)
}

function said(message) {
  const [, status] = /status of (\d+)/.exec(message.text()) ?? []
  if (status) return `${status} ${message.location().url}`
  return message.text().replace(/^(TokenError: \w+)[^]*/, '$1')
}

const complaintsOf = (page) => page.said

async function see(page, texts) {
  for (const text of texts) await page.getByText(text).waitFor()
}

function expect(what, is, wanted) {
  if (JSON.stringify(is) === JSON.stringify(wanted)) return
  throw new Error(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(wanted)}`)
}
