// Looks at the built site in Chromium: search, both themes, a phone's width, nothing from other hosts.
import { once } from 'node:events'
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { chromium } from './chromium.mjs'
import { root } from './tool-path.mjs'

const SEARCHED = 'csrf_rejected'
const FOUND = '/errors#csrf_rejected'
const TIMEOUT_MS = 60_000
const PHONE = { width: 390, height: 800 }
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
}
const site = join(root, 'docs', 'site', 'dist')
const server = createServer(answer).listen(0, '127.0.0.1')
await once(server, 'listening')
const base = `http://localhost:${server.address().port}`
const { chromium: playwright } = await import('playwright')
const browser = await playwright.launch(chromium())
try {
  for (const colorScheme of ['light', 'dark']) await look(colorScheme)
  console.log('site: found by search, light and dark, wide and narrow, from one host')
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  await browser.close()
  server.close()
}

/** As a static host does that knows `/errors` by `errors.html`. */
function answer({ url = '/' }, response) {
  const path = decodeURIComponent(new URL(url, 'http://site').pathname)
  const files = [path, `${path}.html`, join(path, 'index.html')].map((name) => join(site, name))
  const file = files.find((it) => statSync(it, { throwIfNoEntry: false })?.isFile())
  if (!file) return response.writeHead(404).end()
  response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'text/plain' })
  createReadStream(file).pipe(response)
}

async function look(colorScheme) {
  const page = await browser.newPage({ colorScheme })
  page.setDefaultTimeout(TIMEOUT_MS)
  const complaints = watch(page)
  await page.goto(base)
  await search(page)
  await page.setViewportSize(PHONE)
  const isDark = await page.evaluate(() => document.documentElement.classList.contains('dark'))
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (isDark !== (colorScheme === 'dark')) complaints.push(`it is not ${colorScheme}`)
  if (tooWide > 0) complaints.push(`${tooWide} px too wide for a phone`)
  if (complaints.length > 0) throw new Error(`site, ${colorScheme}: ${complaints.join('\n')}`)
  await page.close()
}

function watch(page) {
  const complaints = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const isOurs = request.url().startsWith(base) || request.url().startsWith('data:')
    if (!isOurs) complaints.push(`asks another host: ${request.url()}`)
  })
  return complaints
}

async function search(page) {
  await page.getByRole('button', { name: 'Search' }).first().click()
  await page.getByRole('searchbox').fill(SEARCHED)
  await page.locator(`a[href$="${FOUND}"]`).first().click()
  await page.waitForURL(`${base}${FOUND}`)
}
