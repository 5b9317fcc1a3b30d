/** Two tabs of one app, in real time: one is frozen in the middle of a token request, the other wants a token. */
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { openTokenServer, type TokenServer } from './server.ts'
import { launchOptions } from './stage.ts'

const LIFETIME_SECONDS = 4
const PATIENCE_MS = 12_000
const LOGIN_MS = 15_000

/** What the second tab got, and after how long; why it could not be tried, where it could not. */
export async function frozenTab({
  app,
  scripts,
}: {
  /** The path of the library's page. */
  app: string
  scripts: ReadonlyMap<string, string>
}): Promise<string> {
  const server = await openTokenServer(scripts)
  server.mood.lifetimeSeconds = LIFETIME_SECONDS
  const { args = [], executablePath, env } = launchOptions(server.port)
  const browser = await puppeteer.launch({
    args,
    ...(executablePath ? { executablePath } : {}),
    ...(env ? { env } : {}),
    acceptInsecureCerts: true,
  })
  try {
    if ((await browser.version()).startsWith('HeadlessChrome'))
      return 'not tried: a headless shell has one visible tab'
    return await play(browser, server, app)
  } finally {
    await browser.close()
    server.close()
  }
}

async function play(browser: Browser, server: TokenServer, app: string): Promise<string> {
  const sleeper = await openTab(browser, app)
  const other = await openTab(browser, app)
  await new Promise((resolve) => setTimeout(resolve, LIFETIME_SECONDS * 1_000))
  await sleeper.bringToFront()
  let open = () => {}
  server.mood.gate = new Promise((resolve) => {
    open = resolve
  })
  const before = server.requests()
  await sleeper.evaluate(() => void library.token().catch(() => {}))
  while (server.requests() === before) await new Promise((resolve) => setTimeout(resolve, 10))
  await other.bringToFront()
  const session = await sleeper.createCDPSession()
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  open()
  server.mood.gate = undefined
  const startedAt = Date.now()
  const outcome = await other.evaluate(
    (patienceMs) =>
      Promise.race([
        library.token().then(
          (token) => (token ? 'a token' : 'no token'),
          (cause: Error) => `an error (${cause.name})`,
        ),
        new Promise<string>((resolve) => setTimeout(() => resolve('still waiting'), patienceMs)),
      ]),
    PATIENCE_MS,
  )
  return `${outcome} after ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`
}

async function openTab(browser: Browser, app: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(`https://app.test/${app}`)
  const until = Date.now() + LOGIN_MS
  while (Date.now() < until) {
    // A login may leave the page and come back.
    const isIn = await page
      .evaluate(() =>
        Promise.race([
          globalThis.started.then(() => true),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100)),
        ]),
      )
      .catch(() => false)
    if (isIn) return page
  }
  throw new Error(`${app}: no login`)
}
