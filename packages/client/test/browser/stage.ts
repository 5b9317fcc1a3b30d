/** What every browser test stands on: one Chromium, a window and a house of its own for each test. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import puppeteer, { type Browser, type BrowserContext, type Page } from 'puppeteer-core'
import { build } from 'vite'
import { afterAll, beforeAll, inject, type TestContext } from 'vitest'
import { type House, type HouseParts, openHouse } from './house.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How to start the Chromium that was found; no path where there is none. */
    chromium: { executablePath?: string; args: string[]; env?: Record<string, string> }
  }
}

interface Theatre {
  readonly browser: Browser
  readonly sandbox: Sandbox
  readonly script: string
}

export interface Stage {
  readonly house: House
  readonly sandbox: Sandbox
  readonly context: BrowserContext
  /** What any page of this test has written to its console, or thrown into nowhere. */
  readonly console: readonly string[]
  /** Opens the app in a new tab, in front of the others. */
  readonly open: (options?: OpenOptions) => Promise<Page>
  /** Changes the login of all tabs, as the app's server would: by a cookie. */
  readonly signIn: (user: string) => Promise<void>
}

export interface OpenOptions {
  /** @default the house's own origin */
  readonly origin?: string
  /** Run in the page before any of its scripts. */
  readonly before?: () => void
}

/** Where site data are blocked, as by a user's setting. */
export const BLOCKED_HOST = 'blocked.localhost'

const SETTING_BLOCK = 2
const LAUNCH_TIMEOUT_MS = 60_000

let theatre: Theatre
let profile: string

/** To be called once, by the test file. */
export function launchOnce(): void {
  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), 'valetkey-chromium-'))
    // First what fails while somebody works on the client: nothing is running yet.
    const script = await bundle()
    const [browser, sandbox] = await Promise.all([launch(), startSandbox()])
    theatre = { browser, sandbox, script }
  }, LAUNCH_TIMEOUT_MS)
  afterAll(async () => {
    await Promise.all([theatre?.browser.close(), theatre?.sandbox.close()])
    await rm(profile, { recursive: true, force: true, maxRetries: 3 })
  })
}

async function launch(): Promise<Browser> {
  const { args, ...chromium } = inject('chromium')
  await mkdir(join(profile, 'Default'))
  const blocked = { [`http://${BLOCKED_HOST},*`]: { setting: SETTING_BLOCK } }
  const preferences = { profile: { content_settings: { exceptions: { cookies: blocked } } } }
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences))
  return puppeteer.launch({
    ...chromium,
    args,
    userDataDir: profile,
    // Tabs are to be hidden, frozen and kept as users' tabs are.
    ignoreDefaultArgs: [
      '--disable-back-forward-cache',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
    ],
  })
}

/** The page's script with the client in it, as an app's build makes it. */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL('page.ts', import.meta.url)), formats: ['es'] },
    },
  })
  const [output] = [result].flat()
  const [chunk] = output && 'output' in output ? output.output : []
  if (chunk?.type !== 'chunk') throw new Error('Nothing was built')
  return chunk.code
}

/** A house, a private window, nothing in it shared with other tests. */
export async function createStage(
  { onTestFinished }: TestContext,
  options: Pick<HouseParts, 'lifetimeMs'> = {},
): Promise<Stage> {
  const { browser, sandbox, script } = theatre
  const house = await openHouse({ script, cluster: sandbox.secretvault, ...options })
  const context = await browser.createBrowserContext()
  onTestFinished(async () => {
    await context.close()
    await house.close()
  })
  const said: string[] = []
  const stage: Stage = {
    house,
    sandbox,
    context,
    console: said,
    async open({ origin = house.origin, before } = {}) {
      const page = await context.newPage()
      page.on('console', (message) => said.push(message.text()))
      page.on('pageerror', (error) => said.push(String(error)))
      if (before) await page.evaluateOnNewDocument(before)
      await page.goto(`${origin}/`)
      return page
    },
    async signIn(user) {
      const { hostname: domain } = new URL(house.origin)
      await context.setCookie({ name: 'user', value: user, domain, path: '/', httpOnly: true })
    },
  }
  await stage.signIn('ada')
  return stage
}

/**
 * Skips a test where the browser is a headless shell, which has one visible page at a time, no
 * back/forward cache, no settings. Where everything must run, that is a failure.
 */
export async function needsWholeChromium({ skip }: TestContext): Promise<void> {
  const version = await theatre.browser.version()
  if (!version.startsWith('HeadlessChrome')) return
  const reason = `${version} is a headless shell; apt-get install chromium, or set CHROME_PATH`
  if (process.env.CI) throw new Error(`This must not be skipped: ${reason}`)
  skip(reason)
}
