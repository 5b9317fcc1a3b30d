/** What skyflow-js does with its bearer tokens, and what our callback makes of that. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'puppeteer-core'
import { describe, expect, it, vi } from 'vitest'
import { createStage, type SdkLine } from '../stage.ts'

const LINES: readonly SdkLine[] = ['2.7.4', '1.38.2']
/** Long enough for a call on a machine with much else to do. */
const LIFETIME_SECONDS = 6
const PATIENCE = { timeout: 10_000, interval: 50 }

declare global {
  /** The SDK's client of a test. */
  var skyNow: ReturnType<typeof initSky>
  var sdkNow: ReturnType<typeof newSdk<ReturnType<typeof initSky>>>
}

/** Inserts as many records at once, by `skyNow`. What failed. */
function insertMany(page: Page, count: number): Promise<string[]> {
  return page.evaluate(async (many) => {
    const inserting = Array.from({ length: many }, () =>
      failureOf(skyNow.insert({ records: [{ table: 'patients', fields: { name: 'Ada' } }] })),
    )
    return (await Promise.all(inserting)).filter((failure) => failure !== 'no failure')
  }, count)
}

/** When the bearer that the page has now ends, epoch milliseconds. */
function endOfBearer(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const [, payload = ''] = (await bearer(client, 'patients')()).split('.')
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).exp * 1000
  })
}

describe.each(LINES)('skyflow-js %s', (sdk) => {
  it('asks the broker once for fifty first calls, five times for five with a plain fetch', async (test) => {
    const { house, page } = await createStage(test, { sdk })
    await page.evaluate(() => void (globalThis.skyNow = initSky()))
    expect(await insertMany(page, 50)).toEqual([])
    expect(house.brokerRequests()).toBe(1)
    await page.evaluate(() => {
      const getBearerToken = async () => {
        const headers = { 'content-type': 'application/json', 'x-valet-key': '1' }
        const body = JSON.stringify({ tokens: [{ id: '1', audience: 'patients' }] })
        const response = await fetch('/api/broker/tokens', { method: 'POST', headers, body })
        return (await response.json()).tokens[0].access_token
      }
      globalThis.skyNow = sky.init({ ...house, getBearerToken })
    })
    expect(await insertMany(page, 5)).toEqual([])
    expect(house.brokerRequests()).toBe(1 + 5)
  })

  it('goes on across the end of a token', async (test) => {
    // Long enough for a busy machine to make the first calls within it.
    const bearerLifetime = LIFETIME_SECONDS + 5
    const { house, page } = await createStage(test, { sdk, bearerLifetime })
    await page.evaluate(() => void (globalThis.skyNow = initSky()))
    expect(await insertMany(page, 5)).toEqual([])
    await pause((await endOfBearer(page)) - Date.now() + 1_100)
    const before = house.brokerRequests()
    expect(await insertMany(page, 10)).toEqual([])
    // The client may renew it by itself meanwhile.
    expect(house.brokerRequests() - before).toBeLessThanOrEqual(2)
  })

  it('gives the caller our words within our deadline, whatever the broker does', async (test) => {
    const { house, page } = await createStage(test, { sdk })
    house.fail('never answers')
    await page.evaluate(() => void (globalThis.skyNow = initSky(800)))
    const [late] = await insertMany(page, 1)
    expect(late).toContain('broker_timeout: No Skyflow token within 800 ms')
    house.fail(503)
    await page.evaluate(() => {
      client.reset('other')
      globalThis.skyNow = initSky()
    })
    const [down] = await insertMany(page, 1)
    expect(down).toMatch(/(temporarily_unavailable|malformed_response|broker_unreachable)\b.*: /)
  })
})

describe('skyflow-js 2.7.4, left to itself', () => {
  it('makes `{}` of an error that a callback rejects with', async (test) => {
    const { page } = await createStage(test)
    await page.evaluate(() => {
      const getBearerToken = () => Promise.reject(new Error('boom'))
      globalThis.skyNow = sky.init({ ...house, getBearerToken })
    })
    const [failure = ''] = await insertMany(page, 1)
    expect(failure).not.toContain('boom')
    expect(failure).toContain('{}')
  })

  it('sends a token in its last instant, and the call fails; the next one succeeds', async (test) => {
    const options = { bearerLifetime: LIFETIME_SECONDS, isOwn: true }
    const { house, page, sandbox } = await createStage(test, options)
    await page.evaluate(() => void (globalThis.skyNow = initSky()))
    expect(await insertMany(page, 1)).toEqual([])
    // On its way while the token ends.
    sandbox.skyflowControl.fault({
      delayMs: LIFETIME_SECONDS * 1_000,
      path: '/v1/vaults/*',
      times: 1,
    })
    const [failure = ''] = await insertMany(page, 1)
    expect(failure).toContain('401')
    expect(await insertMany(page, 1)).toEqual([])
    expect(house.brokerRequests()).toBeGreaterThan(1)
  })

  it('sends a revoked token on and on, until `reset`', async (test) => {
    const { page, sandbox } = await createStage(test)
    await page.evaluate(() => {
      const init = (getBearerToken: () => Promise<string>) => sky.init({ ...house, getBearerToken })
      globalThis.sdkNow = newSdk({ client, audience: 'patients', init, lingerMs: 300 })
      globalThis.skyNow = sdkNow.current()
    })
    expect(await insertMany(page, 1)).toEqual([])
    const revoked = await page.evaluate(async () => (await client.getToken('patients')).value)
    sandbox.skyflowControl.fault({ revoke: revoked })
    for (const _ of [1, 2]) {
      const [failure = ''] = await insertMany(page, 1)
      expect(failure).toContain('401')
    }
    const isNew = await page.evaluate(() => {
      let told = 0
      sdkNow.subscribe(() => (told += 1))
      sdkNow.reset()
      const old = skyNow
      globalThis.skyNow = sdkNow.current()
      return told === 1 && old !== skyNow && skyNow === sdkNow.current()
    })
    expect(isNew).toBe(true)
    expect(await insertMany(page, 1)).toEqual([])
    await vi.waitFor(async () => expect(await page.evaluate(() => framesNow())).toBe(1), PATIENCE)
  })

  it('is dropped with its frame as soon as the user changes', async (test) => {
    const { page } = await createStage(test)
    const frames = await page.evaluate(async () => {
      const init = (getBearerToken: () => Promise<string>) => sky.init({ ...house, getBearerToken })
      const sdk = newSdk({ client, audience: 'patients', init })
      client.reset('ada')
      const first = sdk.current()
      const before = framesNow()
      client.reset('bob')
      const after = framesNow()
      const other = sdk.current()
      sdk.dispose()
      return [before, after, other === first, framesNow()]
    })
    expect(frames).toEqual([1, 0, false, 0])
  })
})
