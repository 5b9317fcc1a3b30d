/** What every browser test stands on: one Chromium, a sandbox, a house and a private window for each test. */
import { fileURLToPath } from 'node:url'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import puppeteer, { type Browser, type HTTPRequest, type Page } from 'puppeteer-core'
import { build } from 'vite'
import { afterAll, beforeAll, inject, type TestContext } from 'vitest'
import { type House, openHouse } from './house.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How to start the Chromium that was found; no path where there is none. */
    chromium: { executablePath?: string; args: string[]; env?: Record<string, string> }
  }
}

export type SdkLine = '2.7.4' | '1.38.2'

export interface Stage {
  readonly house: House
  readonly sandbox: Sandbox
  readonly page: Page
  /** What the page has written to its console, or thrown into nowhere. */
  readonly console: readonly string[]
}

export interface StageOptions {
  /** Of Skyflow's bearers, in seconds. @default an hour */
  readonly bearerLifetime?: number
  /** A sandbox of its own, for faults that would hit other tests too. */
  readonly isOwn?: boolean
  /** @default '2.7.4' */
  readonly sdk?: SdkLine
  /** The page's script. @default page.ts */
  readonly entry?: 'page.ts' | 'react-page.tsx'
  /** Run in the page before any of its scripts. */
  readonly before?: () => void
}

const LAUNCH_TIMEOUT_MS = 60_000
const PACKAGES: Readonly<Record<SdkLine, string>> = {
  '2.7.4': 'skyflow-js',
  '1.38.2': 'skyflow-js-1',
}
const CONTROLLER = 'https://js.skyflow.com/'
const HTML = { contentType: 'text/html' }

let browser: Browser
const scripts = new Map<string, Promise<string>>()
const sandboxes = new Map<unknown, Promise<Sandbox>>()

/** To be called once, by the test file. */
export function launchOnce(): void {
  beforeAll(async () => {
    const { args, ...chromium } = inject('chromium')
    browser = await puppeteer.launch({
      ...chromium,
      // The real vault is no server on this machine, so nothing would ask the user about it.
      args: [...args, '--disable-features=LocalNetworkAccessChecks'],
      acceptInsecureCerts: true,
    })
  }, LAUNCH_TIMEOUT_MS)
  afterAll(async () => {
    const opened = await Promise.all(sandboxes.values())
    await Promise.all([browser?.close(), ...opened.map((sandbox) => sandbox.close())])
  })
}

/** A house, a private window with one page in it, nothing shared with other tests. */
export async function createStage(
  { onTestFinished }: TestContext,
  { sdk = '2.7.4', entry = 'page.ts', before, ...options }: StageOptions = {},
): Promise<Stage> {
  const [script, controller, sandbox] = await Promise.all([
    scriptOf(entry, sdk),
    scriptOf('controller.ts', '2.7.4'),
    sandboxWith(options),
  ])
  const house = await openHouse({ script, sandbox })
  const context = await browser.createBrowserContext()
  onTestFinished(async () => {
    await context.close()
    await house.close()
  })
  const page = await context.newPage()
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(String(error)))
  await page.setRequestInterception(true)
  page.on('request', (request) => void route(request, controller))
  if (before) await page.evaluateOnNewDocument(before)
  await page.goto(house.origin)
  return { house, sandbox, page, console: said }
}

/** One for all tests that change nothing in it: its keys take their time. */
function sandboxWith({ bearerLifetime, isOwn }: StageOptions): Promise<Sandbox> {
  const key = isOwn ? Symbol('own') : bearerLifetime
  const sandbox =
    sandboxes.get(key) ?? startSandbox({ nodes: 1, ...(bearerLifetime && { bearerLifetime }) })
  sandboxes.set(key, sandbox)
  return sandbox
}

/** Puts our controller page in the place of the vendor's; all else goes where it is meant to. */
function route(request: HTTPRequest, controller: string): Promise<void> {
  if (!request.url().startsWith(CONTROLLER)) return request.continue()
  return request.respond({ ...HTML, body: `<!doctype html><script>${controller}</script>` })
}

/** As an app's build makes it, with the line of the SDK asked for. */
function scriptOf(entry: string, sdk: SdkLine): Promise<string> {
  const key = `${entry} ${sdk}`
  const script = scripts.get(key) ?? bundle(entry, sdk)
  scripts.set(key, script)
  return script
}

async function bundle(entry: string, sdk: SdkLine): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: { alias: { 'skyflow-js': PACKAGES[sdk] } },
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(new URL(entry, import.meta.url)),
        formats: ['iife'],
        name: 'app',
      },
    },
  })
  const [output] = [result].flat()
  const [chunk] = output && 'output' in output ? output.output : []
  if (chunk?.type !== 'chunk') throw new Error('Nothing was built')
  return chunk.code
}
