/** What leaves the browser for a vault, by the wrapped `fetch` of a page like any other. */
import { describe, expect, it } from 'vitest'
import { createStage } from '../stage.ts'
import { openVault } from '../vault.ts'

declare global {
  var recorded: string[]
}

/** As a monitoring script does: puts its own function in the place of `fetch` and passes on. */
function monitor(): void {
  const { fetch } = globalThis
  const own: string[] = []
  globalThis.recorded = own
  globalThis.fetch = function monitored(input, init) {
    own.push(new URL(input instanceof Request ? input.url : input, location.href).href)
    return fetch.call(this, input, init)
  }
}

describe('a call to a vault', () => {
  it('carries the token, no cookie, no referrer', async (test) => {
    const { house, open } = await createStage(test)
    const page = await open()
    const status = await page.evaluate(async () => {
      const init = { credentials: 'include', referrerPolicy: 'unsafe-url' } as const
      return (await client.fetchFor('cards')('/v1/cards/1', init)).status
    })
    expect(status).toBe(200)
    const [call] = house.vault.calls
    expect(call?.path).toBe('/v1/cards/1')
    expect(call?.headers.authorization).toBe(`Bearer ${house.vault.tokens()[0]}`)
    // The app's cookie is for every port of this host.
    expect(call?.headers.cookie).toBeUndefined()
    expect(call?.headers.referer).toBeUndefined()
  })

  it('ends at a redirect, to another origin or to its own: nothing is sent on', async (test) => {
    const { house, open } = await createStage(test)
    const elsewhere = await openVault()
    test.onTestFinished(() => elsewhere.close())
    const page = await open()
    const targets = [`${elsewhere.origin}/stolen`, `${house.vault.origin}/landed`]
    const outcomes = await page.evaluate(async (urls) => {
      const vault = client.fetchFor('cards')
      const calls = urls.map((url) =>
        vault(`/sent-on?to=${encodeURIComponent(url)}`, { redirect: 'follow' }),
      )
      return Promise.all(calls.map(outcomeOf))
    }, targets)
    expect(outcomes).toEqual(['TypeError', 'TypeError'])
    expect(house.vault.calls.map(({ path, status }) => [path, status])).toEqual([
      ['/sent-on', 307],
      ['/sent-on', 307],
    ])
    expect(elsewhere.tide).toEqual([])
  })

  it('goes through whatever stands in the place of `fetch`, put there before the client or after', async (test) => {
    const { house, open } = await createStage(test)
    const page = await open({ before: monitor })
    const first = await page.evaluate(async () => {
      await client.fetchFor('cards')('/first')
      return recorded
    })
    expect(first).toEqual([`${house.origin}/api/broker/tokens`, `${house.vault.origin}/first`])
    await page.evaluate(monitor)
    const second = await page.evaluate(async () => {
      await client.fetchFor('cards')('/second')
      await client.getToken('notes')
      return recorded
    })
    expect(second).toEqual([`${house.vault.origin}/second`, `${house.origin}/api/broker/tokens`])
    expect(house.vault.calls.map(({ status }) => status)).toEqual([200, 200])
  })
})
