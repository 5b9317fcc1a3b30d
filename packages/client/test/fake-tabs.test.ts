import { describe, expect, it } from 'vitest'
import { createFakeTabs, type FakeTab, type FakeTabs, settle } from '../src/testing/index.ts'
import { SECOND } from './stage.ts'

function portOf(tab: FakeTab, name = 'news') {
  const Channel = tab.options.tabs.BroadcastChannel
  if (!Channel) throw new Error('no channels')
  const port = new Channel(name)
  const heard: unknown[] = []
  port.addEventListener('message', ({ data }) => heard.push(data))
  return { port, heard }
}

function pair(): { browser: FakeTabs; a: FakeTab; b: FakeTab } {
  const browser = createFakeTabs(2)
  return { browser, a: browser.tab(0), b: browser.tab(1) }
}

describe('fake tabs', () => {
  it('carry a message to all others on the channel, later and as a copy', async () => {
    const { browser, a, b } = pair()
    const sender = portOf(a)
    const receivers = [portOf(b), portOf(a), portOf(b, 'other')]
    const message = { list: [1] }
    sender.port.postMessage(message)
    message.list.push(2)
    expect(receivers[0]?.heard).toEqual([])
    await settle()
    expect(receivers.map(({ heard }) => heard)).toEqual([[{ list: [1] }], [{ list: [1] }], []])
    expect(sender.heard).toEqual([])
    expect(browser.messages()).toEqual([{ list: [1] }])
  })

  it('refuse what a browser refuses: closed channels, functions in messages', () => {
    const { a } = pair()
    const { port } = portOf(a)
    expect(() => port.postMessage(() => {})).toThrow('could not be cloned')
    port.close()
    expect(() => port.postMessage('late')).toThrow('closed')
  })

  it('share storage and the machine’s clock', () => {
    const { browser, a, b } = pair()
    a.options.tabs.localStorage?.setItem('key', 'value')
    expect(b.options.tabs.localStorage?.getItem('key')).toBe('value')
    expect(b.options.tabs.localStorage?.getItem('none')).toBeNull()
    expect([...browser.stored()]).toEqual([['key', 'value']])
    browser.clock.jump(SECOND)
    expect(a.options.clock.wall()).toBe(browser.clock.wall())
    expect(b.options.clock.mono()).toBe(browser.clock.mono())
  })

  it('tell the others of what is new in storage, but for pages that are away', async () => {
    const { tabs } = createFakeTabs(3)
    const heard = [0, 0, 0]
    for (const [index, { options }] of tabs.entries())
      options.tabs.addEventListener?.(
        'storage',
        () => {
          heard[index] = (heard[index] ?? 0) + 1
        },
        new AbortController(),
      )
    const [writer, , away] = tabs
    away?.bfcache()
    for (const value of ['a', 'a', 'b']) writer?.options.tabs.localStorage?.setItem('key', value)
    await settle()
    away?.resume()
    await settle()
    expect(heard).toEqual([0, 2, 0])
  })

  it('throw at the look at what is denied', () => {
    const { tabs } = createFakeTabs(1, { denied: ['localStorage', 'BroadcastChannel'] }).tab(
      0,
    ).options
    expect(() => tabs.localStorage).toThrow('denied')
    expect(() => tabs.BroadcastChannel).toThrow('denied')
  })

  it('name a tab that is not there', () => {
    expect(() => createFakeTabs(2).tab(2)).toThrow(RangeError)
  })

  it('hold up what a frozen tab waits for until it resumes, events first', async () => {
    const { browser, a, b } = pair()
    const log: string[] = []
    const { port } = portOf(b)
    port.addEventListener('message', () => log.push('message'))
    b.options.clock.after(SECOND, () => log.push('timer'))
    const cancel = b.options.clock.after(SECOND, () => log.push('cancelled'))
    b.options.wakeSignals.listen((cause) => log.push(cause))
    const answer = b.fetch(async () => new Response('ok'))('https://app.example/')
    b.freeze()
    void answer.then(() => log.push('answer'))
    portOf(a).port.postMessage('x')
    await browser.clock.advance(2 * SECOND)
    cancel()
    expect([log, b.state(), b.options.wakeSignals.hidden()]).toEqual([[], 'frozen', true])
    b.resume()
    await settle()
    expect(log).toEqual(['resume', 'message', 'timer', 'answer'])
    expect(b.options.wakeSignals.hidden()).toBe(false)
  })

  it('lose messages in the back/forward cache, with their channels closed', async () => {
    const { a, b } = pair()
    const { port, heard } = portOf(b)
    const log: string[] = []
    b.options.wakeSignals.listen((cause) => log.push(cause))
    const end = new AbortController()
    b.options.tabs.addEventListener?.('pagehide', () => port.close(), end)
    b.options.tabs.addEventListener?.('pageshow', () => log.push('shown'), end)
    b.bfcache()
    portOf(a).port.postMessage('x')
    await settle()
    b.resume()
    await settle()
    expect([heard, log, b.state()]).toEqual([[], ['shown', 'pageshow'], 'running'])
  })

  it('evict a page from the back/forward cache if a message reaches it', async () => {
    const { a, b } = pair()
    const { heard } = portOf(b)
    b.bfcache()
    portOf(a).port.postMessage('x')
    await settle()
    b.resume()
    await settle()
    expect([heard, b.state()]).toEqual([[], 'evicted'])
  })

  it('tell of the network, and hidden tabs of nothing', () => {
    const { a } = pair()
    const log: string[] = []
    const deaf = a.options.wakeSignals.listen((cause) => log.push(cause))
    a.network(false)
    expect(a.options.wakeSignals.online()).toBe(false)
    a.network(true)
    a.hide()
    a.network(true)
    a.show()
    deaf()
    a.network(true)
    expect(log).toEqual(['online', 'visibilitychange'])
  })

  it('pass on what a fetch fails with', async () => {
    const { a } = pair()
    const failing = a.fetch(() => Promise.reject(new TypeError('Failed to fetch')))
    await expect(failing('https://app.example/')).rejects.toThrow('Failed to fetch')
  })
})
