/** Tabs for tests: one browser's channel and storage, tabs that freeze, go into the back/forward cache, wake. */
import type { Clock } from '../clock.ts'
import type { TabPort, TabScope } from '../types.ts'
import type { WakeCause, WakeSignals } from '../wake-signals.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

export interface FakeTabsOptions {
  /** The machine's clock, which all tabs share. @default a new one */
  clock?: ManualClock
  /** What throws a `SecurityError` when it is looked at, as in a sandboxed frame or a private window. @default nothing */
  denied?: readonly ('BroadcastChannel' | 'localStorage')[]
}

/** One tab. Code that is running cannot be stopped; what it waits for can. */
export interface FakeTab {
  /** Spread it into the options of `createTokenClient`. */
  readonly options: {
    readonly tabs: TabScope
    readonly wakeSignals: WakeSignals
    readonly clock: Clock
  }
  /** A `fetch` whose answers reach the tab while it runs, and not before. */
  fetch(base: typeof fetch): typeof fetch
  /** Hides the tab and stops it: timers, messages and answers wait until `resume`. */
  freeze(): void
  /**
   * The user went to another page: `pagehide`, then all stands still until `resume` (the way back).
   * Messages to closed channels are lost; a message to a channel left open evicts the page.
   */
  bfcache(): void
  /** Brings the tab to the front: events first (`pageshow`; else `resume`), then what waited, in order. */
  resume(): void
  hide(): void
  show(): void
  /** Takes the network away from what the tab is told, or gives it back. */
  network(on: boolean): void
  /** An evicted page never runs again. */
  state(): 'running' | 'frozen' | 'bfcache' | 'evicted'
}

export interface FakeTabs {
  readonly clock: ManualClock
  readonly tabs: readonly FakeTab[]
  /** The tab of that number, from 0. @throws {RangeError} if there is none. */
  tab(index: number): FakeTab
  /** All messages posted so far, oldest first. */
  messages(): readonly unknown[]
  /** What the tabs keep in `localStorage`. */
  stored(): ReadonlyMap<string, string>
}

/** What the tabs of one browser share. */
interface Browser {
  readonly clock: ManualClock
  readonly denied: readonly string[]
  readonly messages: unknown[]
  readonly stored: Map<string, string>
  /** Open ends of channels. */
  readonly ends: Set<End>
  readonly pages: Page[]
}

interface End {
  readonly name: string
  readonly receive: (data: unknown) => void
}

/** The inside of a tab. */
interface Page {
  state: ReturnType<FakeTab['state']>
  hidden: boolean
  online: boolean
  readonly waiting: (() => void)[]
  readonly window: EventTarget
  readonly wakers: Set<(cause: WakeCause) => void>
}

/**
 * Creates a browser with `count` tabs. Messages are cloned; they and `storage` events arrive in a later
 * microtask: `settle()` sees them through.
 */
export function createFakeTabs(count: number, options: FakeTabsOptions = {}): FakeTabs {
  const { clock = createManualClock(), denied = [] } = options
  const browser: Browser = {
    clock,
    denied,
    messages: [],
    stored: new Map(),
    ends: new Set(),
    pages: [],
  }
  const tabs = Array.from({ length: count }, () => createTab(browser))
  return {
    clock,
    tabs,
    tab(index) {
      const tab = tabs[index]
      if (tab) return tab
      throw new RangeError(`tab ${index} of ${count}`)
    },
    messages: () => [...browser.messages],
    stored: () => new Map(browser.stored),
  }
}

function createTab(browser: Browser): FakeTab {
  const page: Page = {
    state: 'running',
    hidden: false,
    online: true,
    waiting: [],
    window: new EventTarget(),
    wakers: new Set(),
  }
  browser.pages.push(page)
  const options = {
    tabs: scopeOf(browser, page),
    wakeSignals: signalsOf(page),
    clock: clockOf(browser, page),
  }
  return {
    options,
    fetch: (base) => (input, init) =>
      new Promise((resolve, reject) => {
        base(input, init).then(
          (response) => run(page, () => resolve(response)),
          (error: unknown) => run(page, () => reject(error)),
        )
      }),
    freeze() {
      page.hidden = true
      if (page.state === 'running') page.state = 'frozen'
    },
    bfcache() {
      if (page.state !== 'running') return
      page.window.dispatchEvent(new Event('pagehide'))
      page.hidden = true
      page.state = 'bfcache'
    },
    resume: () => resume(page),
    hide() {
      page.hidden = true
    },
    show() {
      page.hidden = false
      wake(page, 'visibilitychange')
    },
    network(on) {
      page.online = on
      if (on) wake(page, 'online')
    },
    state: () => page.state,
  }
}

/** Runs a task now, or at resume. */
function run(page: Page, task: () => void): void {
  if (page.state === 'running') task()
  else page.waiting.push(task)
}

function resume(page: Page): void {
  const { state } = page
  if (state === 'running' || state === 'evicted') return
  page.state = 'running'
  page.hidden = false
  if (state === 'bfcache') page.window.dispatchEvent(new Event('pageshow'))
  wake(page, state === 'bfcache' ? 'pageshow' : 'resume')
  for (const task of page.waiting.splice(0)) run(page, task)
}

/** A hidden tab hears of nothing. */
function wake(page: Page, cause: WakeCause): void {
  run(page, () => {
    if (!page.hidden) for (const waker of page.wakers) waker(cause)
  })
}

function signalsOf(page: Page): WakeSignals {
  return {
    listen(onWake) {
      page.wakers.add(onWake)
      return () => void page.wakers.delete(onWake)
    },
    hidden: () => page.hidden,
    online: () => page.online,
  }
}

function clockOf({ clock }: Browser, page: Page): Clock {
  return {
    wall: () => clock.wall(),
    mono: () => clock.mono(),
    after(delayMs, callback) {
      let task = callback
      const cancel = clock.after(delayMs, () => run(page, () => task()))
      return () => {
        task = () => {}
        cancel()
      }
    },
  }
}

function scopeOf(browser: Browser, page: Page): TabScope {
  const { denied, stored } = browser
  const guard = (name: string) => {
    if (denied.includes(name)) throw new DOMException(`${name} is denied`, 'SecurityError')
  }
  return {
    get BroadcastChannel() {
      guard('BroadcastChannel')
      // A function that is called with `new` and returns an object gives that object.
      return function open(name: string) {
        return openPort(browser, page, name)
      } as unknown as new (
        name: string,
      ) => TabPort
    },
    get localStorage() {
      guard('localStorage')
      return {
        getItem: (key: string) => stored.get(key) ?? null,
        setItem: (key: string, value: string) => store(browser, page, { key, value }),
      }
    },
    addEventListener: (...args) => page.window.addEventListener(...args),
  }
}

/** Other tabs get an event, as from a message; one in the back/forward cache does not. */
function store(
  { stored, pages }: Browser,
  page: Page,
  { key, value }: { key: string; value: string },
): void {
  if (stored.get(key) === value) return
  stored.set(key, value)
  for (const other of pages)
    if (other !== page)
      queueMicrotask(() => {
        if (other.state !== 'bfcache')
          run(other, () => other.window.dispatchEvent(new Event('storage')))
      })
}

function openPort({ ends, messages }: Browser, page: Page, name: string): TabPort {
  const listeners = new Set<(event: { readonly data: unknown }) => void>()
  const end: End = {
    name,
    receive(data) {
      if (page.state === 'bfcache') page.state = 'evicted'
      run(page, () => {
        if (ends.has(end)) for (const listener of listeners) listener({ data })
      })
    },
  }
  ends.add(end)
  return {
    postMessage(message) {
      if (!ends.has(end)) throw new DOMException('The channel is closed', 'InvalidStateError')
      messages.push(structuredClone(message))
      for (const other of ends) {
        const data = structuredClone(message)
        if (other !== end && other.name === name)
          queueMicrotask(() => ends.has(other) && other.receive(data))
      }
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    close: () => void ends.delete(end),
  }
}
