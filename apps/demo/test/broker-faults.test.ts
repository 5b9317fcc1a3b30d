/** The failure bench breaks the broker for one session, over HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BUSY_MS, createBrokerFaults } from '../server/broker-faults.ts'
import { createSessionStore } from '../server/session.ts'
import type { RunningDemo } from '../server/start-demo.ts'
import { type Browser, openBrowser, startBareDemo } from './demo-client.ts'

let demo: RunningDemo
let broken: Browser
let whole: Browser

beforeAll(async () => {
  demo = await startBareDemo()
})
afterAll(() => demo.close())
beforeEach(async () => {
  broken = openBrowser(demo)
  whole = openBrowser(demo)
  await Promise.all([broken.signIn('ada'), whole.signIn('ada')])
})

const setFault = (fault: unknown) =>
  broken.send('/api/demo/broker-fault', { method: 'PUT', body: JSON.stringify({ fault }) })
const told = async () => (await broken.send('/api/demo/broker-fault')).json()

describe('a broken broker', () => {
  it('is broken for the session that asked, and for no other of the same user', async () => {
    await setFault('error')
    expect((await broken.tokens('records')).status).toBe(500)
    expect((await whole.tokens('records')).status).toBe(200)
    expect(await told()).toEqual({ fault: 'error' })
  })

  it('is whole again when told so, and for the next login', async () => {
    await setFault('error')
    await setFault(null)
    expect((await broken.tokens('records')).status).toBe(200)
    await setFault('error')
    await broken.signIn('ada')
    expect((await broken.tokens('records')).status).toBe(200)
  })

  it('answers JSON that was cut off, as a success', async () => {
    await setFault('malformed')
    const response = await broken.tokens('records')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    await expect(response.json()).rejects.toThrow(SyntaxError)
  })

  it('lets what it held up go on as soon as it is whole', async () => {
    await setFault('slow')
    const held = broken.tokens('records')
    const first = await Promise.race([held, setFault(null)])
    expect(new URL(first.url).pathname).toBe('/api/demo/broker-fault')
    expect((await held).status).toBe(200)
  }, 6000)

  it('forwards calls to vaults all the same: only tokens are hard to get', async () => {
    await setFault('error')
    const { nodes } = await broken.signIn('ada')
    await setFault('error')
    const audience = encodeURIComponent(`records-proxied/${nodes[0]?.did}`)
    const response = await broken.send(`/api/broker/proxy/${audience}/api/v1/data/read`, {
      method: 'POST',
      headers: { 'x-valet-key': '1' },
      body: JSON.stringify({ schema: crypto.randomUUID(), filter: {} }),
    })
    expect(response.status).not.toBe(500)
  })

  it('is refused where it is none, or nobody is signed in', async () => {
    const response = await setFault('explode')
    expect(response.status).toBe(400)
    expect(await told()).toEqual({ fault: null })
    const stranger = openBrowser(demo)
    expect((await stranger.send('/api/demo/broker-fault')).status).toBe(401)
  })
})

describe('a busy broker', () => {
  it('refuses until the time is over that it named, then serves', async () => {
    let now = 1_000_000
    const session = createSessionStore().create('ada')!
    const faults = createBrokerFaults(() => now)
    faults.set(session, 'busy')
    const first = await faults.answerFor(session)
    expect(first?.status).toBe(429)
    expect(first?.headers.get('retry-after')).toBe('3')
    now += 1500
    expect((await faults.answerFor(session))?.headers.get('retry-after')).toBe('2')
    now += BUSY_MS
    expect(await faults.answerFor(session)).toBeUndefined()
  })
})
