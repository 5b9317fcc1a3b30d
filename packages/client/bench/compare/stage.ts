/** One page with one library in it, signed in, its clock in our hands. */
import { chromium as playwright, type Browser, type BrowserContext, type Page } from 'playwright'
import { chromium } from '../../../../scripts/chromium.mjs'
import { HOSTS, openTokenServer, type TokenServer } from './server.ts'

export interface StageOptions {
  /** The path of the library's page. */
  readonly app: string
  readonly scripts: ReadonlyMap<string, string>
  readonly lifetimeSeconds: number
  /** How far the user's clock is ahead of the server's, in milliseconds. */
  readonly clockAheadMs?: number
}

export interface Stage {
  readonly page: Page
  readonly server: TokenServer
  /** Requests for tokens since the login. */
  requests(): number
  /** Lets time pass in the page and at the server; all timers of the page run. */
  advance(ms: number): Promise<void>
  /** Sets the user's clock, and nothing else, forward or back. */
  setClock(byMs: number): Promise<void>
  /** Closes the lid: the clocks on the wall go on, the page and its timers stand still. */
  sleep(ms: number): Promise<void>
  /** One use of a token, as of an app about to call its API. Time passes while it waits. */
  use(options?: { audience?: string; patienceMs?: number }): Promise<Use>
  close(): Promise<void>
}

/** How one call for a token ended. */
export interface Use {
  readonly outcome: 'token' | 'error' | 'waits'
  /** The API would have taken the token when it was handed out. */
  readonly isAlive: boolean
}

const START_AT = Date.UTC(2026, 0, 1)
/** Real time for an answer on this machine. */
const NETWORK_MS = 4
/** Time moves by this while an answer is on its way, else in strides. */
const LATENCY_STEP_MS = 20
const STRIDE_MS = 1_000
const PATIENT_STEP_MS = 100
const FINE_MS = 200
const MOST_LOOKS = 100
const LOGIN_STEPS = 1_500

export async function openStage(options: StageOptions): Promise<Stage> {
  const { app, scripts, lifetimeSeconds, clockAheadMs = 0 } = options
  const server = await openTokenServer(scripts, { startAt: START_AT })
  server.mood.lifetimeSeconds = lifetimeSeconds
  const browser = await playwright.launch(launchOptions(server.port))
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  await page.addInitScript(spy)
  await page.clock.install({ time: START_AT + clockAheadMs - 60_000 })
  await page.clock.pauseAt(START_AT + clockAheadMs)
  const parts = { browser, context, page, server }
  try {
    await signIn(parts, app)
  } catch (cause) {
    await browser.close()
    server.close()
    throw cause
  }
  return surface(parts)
}

/** Names lead to the server of this comparison; nothing leaves the machine. */
export function launchOptions(port: number): ReturnType<typeof chromium> {
  const options = chromium()
  const rules = HOSTS.map((host) => `MAP ${host} 127.0.0.1:${port}`).join(',')
  return {
    ...options,
    args: [
      ...(options.args ?? []),
      `--host-resolver-rules=${rules}`,
      '--ignore-certificate-errors',
    ],
  }
}

/** Notes the longest time any timer was set to, how many requests are on their way. */
function spy(): void {
  const { setTimeout: setOwn, fetch: fetchOwn } = globalThis
  const seen = { longestMs: 0, onTheirWay: 0 }
  Object.assign(globalThis, {
    seen,
    setTimeout(run: () => void, delayMs = 0, ...rest: unknown[]) {
      seen.longestMs = Math.max(seen.longestMs, delayMs)
      return setOwn(run, delayMs, ...rest)
    },
    async fetch(...asked: Parameters<typeof fetch>) {
      seen.onTheirWay += 1
      return fetchOwn(...asked).finally(() => {
        seen.onTheirWay -= 1
      })
    },
  })
}

interface Parts {
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  readonly server: TokenServer
}

async function signIn({ page, server }: Parts, app: string): Promise<void> {
  await page.goto(`https://app.test/${app}`)
  for (let step = 0; step < LOGIN_STEPS; step += 1) {
    const state = await page.evaluate(startedYet).catch(() => 'leaving')
    if (state === 'yes') return
    if (state.startsWith('failed')) throw new Error(`${app}: login ${state}`)
    await realTime(NETWORK_MS)
    // Some logins wait for a timer; time passes for both sides.
    server.advance(LATENCY_STEP_MS)
    await page.clock.runFor(LATENCY_STEP_MS).catch(() => {})
  }
  throw new Error(`${app}: no login`)
}

function startedYet(): Promise<string> | string {
  if (!globalThis.started) return 'not yet'
  return Promise.race([
    globalThis.started.then(
      () => 'yes',
      (cause: unknown) => `failed: ${String(cause)}`,
    ),
    Promise.resolve().then(
      () => new Promise<string>((tell) => queueMicrotask(() => tell('not yet'))),
    ),
  ])
}

function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits in real time, so that no time passes for what is only slow on this machine. */
async function letArrive(page: Page, server: TokenServer): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    if (server.isAnswering() || server.mood.gate) return
    const { onTheirWay } = await page.evaluate(() => Reflect.get(globalThis, 'seen'))
    if (onTheirWay === 0) return
    await realTime(NETWORK_MS)
  }
}

function surface({ browser, page, server }: Parts): Stage {
  const atLogin = server.requests()
  const step = async (ms: number) => {
    server.advance(ms)
    await page.clock.runFor(ms)
  }
  const advance = async (ms: number) => {
    for (let left = ms; left > 0; ) {
      const stepMs = Math.min(left, server.isAnswering() ? LATENCY_STEP_MS : STRIDE_MS)
      await step(stepMs)
      left -= stepMs
      await letArrive(page, server)
    }
  }
  const setClock = async (byMs: number) => {
    const now = await page.evaluate(() => Date.now())
    await page.clock.setSystemTime(now + byMs)
  }
  return {
    page,
    server,
    requests: () => server.requests() - atLogin,
    advance,
    setClock,
    async sleep(ms) {
      server.advance(ms)
      await setClock(ms)
    },
    async use({ audience, patienceMs = 60_000 } = {}) {
      await page.evaluate((name) => {
        const use = { outcome: 'waits', token: '' }
        Object.assign(globalThis, { use })
        library.token(name).then(
          (token) => Object.assign(use, { outcome: token ? 'token' : 'error', token }),
          () => Object.assign(use, { outcome: 'error' }),
        )
      }, audience)
      for (let waitedMs = 0; waitedMs < patienceMs; ) {
        for (let look = 0; look < 3; look += 1) {
          const use = await page.evaluate(() => Reflect.get(globalThis, 'use'))
          if (use.outcome !== 'waits')
            return { outcome: use.outcome, isAlive: server.accepts(use.token) }
          await realTime(NETWORK_MS)
        }
        await letArrive(page, server)
        const stepMs = waitedMs < FINE_MS ? LATENCY_STEP_MS : PATIENT_STEP_MS
        await advance(stepMs)
        waitedMs += stepMs
      }
      return { outcome: 'waits', isAlive: false }
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}
