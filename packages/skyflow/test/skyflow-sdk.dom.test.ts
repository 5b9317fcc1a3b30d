import { createTokenClient } from '@valetkey/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createSkyflowSdk } from '../src/index.ts'

const LINGER_MS = 10_000
const frames = () => document.querySelectorAll('iframe').length

/** An SDK that does to the page what skyflow-js does. */
function createDesk({ lingerMs = LINGER_MS } = {}) {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let inits = 0
  const client = createTokenClient(async () => ({}), { tabs: false })
  const sdk = createSkyflowSdk({
    client,
    audience: 'cards',
    lingerMs,
    init() {
      const frame = document.createElement('iframe')
      frame.name = `skyflow_controller:${++inits}:b3JpZ2lu:false`
      document.body.append(frame)
      return { number: inits }
    },
  })
  onTestFinished(() => {
    sdk.dispose()
    client.dispose()
    document.body.replaceChildren()
  })
  return { client, sdk, inits: () => inits }
}

describe('createSkyflowSdk', () => {
  it('makes nothing until it is asked, then one client for all who ask', () => {
    const { sdk, inits } = createDesk()
    const leave = sdk.subscribe(() => {})
    expect([inits(), frames()]).toEqual([0, 0])
    expect(sdk.current()).toBe(sdk.current())
    leave()
    sdk.subscribe(() => {})
    expect([inits(), frames()]).toEqual([1, 1])
  })

  it('keeps the client of those who come back in time, as StrictMode does', () => {
    const { sdk } = createDesk()
    const first = sdk.current()
    sdk.subscribe(() => {})()
    const leave = sdk.subscribe(() => {})
    vi.advanceTimersByTime(LINGER_MS * 2)
    expect([sdk.current() === first, frames()]).toEqual([true, 1])
    leave()
    vi.advanceTimersByTime(LINGER_MS - 1)
    expect(frames()).toBe(1)
    vi.advanceTimersByTime(1)
    expect(frames()).toBe(0)
    expect(sdk.current()).not.toBe(first)
  })

  it('keeps the client as long as one of several stays, with one listener given twice', () => {
    const { sdk } = createDesk()
    sdk.current()
    const listener = vi.fn<() => void>()
    const leave = sdk.subscribe(listener)
    sdk.subscribe(listener)
    leave()
    leave()
    vi.advanceTimersByTime(LINGER_MS * 2)
    expect(frames()).toBe(1)
    sdk.reset()
    expect(listener).toHaveBeenCalledOnce()
  })

  it('gives another client after a reset, and lets calls of the first one end', () => {
    const { sdk } = createDesk()
    const first = sdk.current()
    sdk.reset()
    expect(sdk.current()).not.toBe(first)
    expect(frames()).toBe(2)
    vi.advanceTimersByTime(LINGER_MS)
    expect(frames()).toBe(1)
    expect(document.querySelector('iframe')?.name).toMatch(/^skyflow_controller:2:/)
  })

  it('drops the client of the former user at once, and tells', () => {
    const { sdk, client } = createDesk()
    const first = sdk.current()
    const listener = vi.fn<() => void>()
    sdk.subscribe(listener)
    client.reset('bob')
    expect(frames()).toBe(0)
    expect(listener).toHaveBeenCalledOnce()
    expect(sdk.current()).not.toBe(first)
  })

  it('takes away its own frames alone', () => {
    const stranger = document.createElement('iframe')
    stranger.name = 'skyflow_controller:stranger'
    document.body.append(stranger)
    const { sdk } = createDesk()
    sdk.current()
    sdk.dispose()
    expect([...document.querySelectorAll('iframe')]).toEqual([stranger])
  })

  it.each([-1, Number.NaN, Infinity])('refuses to linger for %d ms', (lingerMs) => {
    expect(() => createDesk({ lingerMs })).toThrow(/^lingerMs must be/)
  })
})
