/** Where no token may ever be found. */
import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { createStage, type Stage } from '../stage.ts'
import { until } from '../tab.ts'

declare global {
  /** Names of the channels this page has opened. */
  var channels: string[]
  /** What another page has heard on them. */
  var heard: string[]
}

describe('a token', () => {
  it('is found in no storage, cookie, page, address, console, cache or message to other tabs', async (test) => {
    const stage = await createStage(test)
    const page = await stage.open({ before: noteChannels })
    const names = await page.evaluate(() => channels)
    const listener = await stage.open()
    await listener.evaluate(overhear, names)
    const inUse = await page.evaluate(workHard)
    await until(async () => expect(await listener.evaluate(() => heard.length)).toBeGreaterThan(0))
    const tokens = [...stage.house.vault.tokens(), ...inUse]
    // Two for `cards`, one for `notes`, one for each node.
    expect(new Set(tokens).size).toBe(6)
    const places = await placesOf(stage, page, listener)
    // What is looked at is what there is: each place holds something, tokens or not.
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, `${place} was not read`).toBeGreaterThan(2)
      const found = tokens.filter((token) => text.includes(token) || text.includes(btoa(token)))
      expect(found.length, `${place} holds a token`).toBe(0)
    }
  })
})

/** In the page: notes the name of every channel its scripts open. */
function noteChannels(): void {
  const names: string[] = []
  globalThis.channels = names
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(name)
      names.push(name)
    }
  }
}

/** In another page: listens to these channels, and to changes of storage. */
function overhear(names: string[]): void {
  globalThis.heard = []
  const note = (what: unknown) => void heard.push(JSON.stringify(what))
  for (const name of names) new BroadcastChannel(name).onmessage = ({ data }) => note(data)
  addEventListener('storage', ({ key, newValue }) => note({ key, newValue }))
}

/** In the page: everything that touches a token, the way apps do by mistake included. Returns the nodes' tokens. */
async function workHard(): Promise<string[]> {
  localStorage.setItem('app', 'its own')
  sessionStorage.setItem('app', 'its own')
  const request = indexedDB.open('app')
  await new Promise((opened) => {
    request.onsuccess = opened
  })
  client.on('*', (event) => console.log(JSON.stringify(event), event))
  client.reset('ada')
  client.keepFresh('cards')
  const records = await client.getTokens('records')
  const token = await client.getToken('cards')
  const printed = String(token as unknown)
  console.log(`a token: ${printed}`, token, JSON.stringify(token), { ...token }, [...records])
  document.title = printed
  document.body.append(JSON.stringify({ token, status: client.status('cards') }))
  history.pushState({ ...token }, '', `?token=${printed}`)
  localStorage.setItem('token', JSON.stringify(token))
  await client.fetchFor('cards')('/v1/cards/1')
  const outcome = client.fetchFor('cards')('https://elsewhere.example/')
  await outcome.catch((error: unknown) => console.error(error, JSON.stringify(error)))
  client.invalidate('cards')
  await client.getToken('cards')
  client.reset('bob')
  await Promise.all([client.getToken('cards'), client.getToken('notes')])
  console.log(JSON.stringify(client.events()))
  return [...records.values()].map(({ value }) => value)
}

/** All that a page, another page, or whoever reads the profile can find. */
async function placesOf(
  { context, console: said }: Stage,
  page: Page,
  listener: Page,
): Promise<Record<string, string>> {
  const inPage = await page.evaluate(async () => ({
    localStorage: JSON.stringify(Object.entries(localStorage)),
    sessionStorage: JSON.stringify(Object.entries(sessionStorage)),
    indexedDB: JSON.stringify(await indexedDB.databases()),
    document: document.documentElement.outerHTML + document.title,
    address: location.href + JSON.stringify(history.state) + document.cookie,
    addresses: JSON.stringify(performance.getEntries()),
    globals: Object.entries(globalThis).map(String).join(),
    events: JSON.stringify(client.events()),
    caches: JSON.stringify(await caches.keys()).padEnd(3),
  }))
  return {
    ...inPage,
    cookies: JSON.stringify(await context.cookies()),
    console: said.join('\n'),
    messages: await listener.evaluate(() => heard.join('\n')),
  }
}
