/** Pages that may do less: no storage, no origin, no scripts but their own. */
import type { Frame, Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { BLOCKED_HOST, createStage, needsWholeChromium } from '../stage.ts'
import { until } from '../tab.ts'

describe('a page whose site data are blocked', () => {
  it('gets tokens and calls vaults as any other', async (test) => {
    await needsWholeChromium(test)
    const { house, open } = await createStage(test)
    const origin = house.origin.replace('127.0.0.1', BLOCKED_HOST)
    const page = await open({ origin, before: bearerLogin })
    expect(await page.evaluate(storageError)).toBe('SecurityError')
    const status = await page.evaluate(async () => {
      client.reset('ada')
      return (await client.fetchFor('cards')('/')).status
    })
    expect(status).toBe(200)
  })
})

describe('a frame without an origin, without storage, without the channels of other tabs', () => {
  it('gets tokens through the page around it and calls vaults by itself', async (test) => {
    const { house, open } = await createStage(test)
    const page = await open()
    await page.evaluate(hostFrame)
    const frame = await frameIn(page)
    expect(await frame.evaluate(storageError)).toBe('SecurityError')
    // To the broker it is a stranger.
    expect(await frame.evaluate(() => outcomeOf(client.getToken('cards')))).toBe(
      'broker_unreachable',
    )
    expect(await frame.evaluate(callThroughHost)).toEqual([200, 200])
    expect(house.mints).toEqual(['cards'])
    expect(house.vault.calls.map(({ headers }) => headers.origin)).toEqual(['null', 'null'])
  })
})

describe("a policy of `script-src 'self'; require-trusted-types-for 'script'`", () => {
  it('finds nothing in the client to report', async (test) => {
    const { house, open } = await createStage(test)
    const page = await open()
    const outcomes = await page.evaluate(async () => {
      const stop = client.keepFresh('cards')
      const outcomes = [
        await outcomeOf(client.fetchFor('cards')('/')),
        await outcomeOf(client.prepare('records')),
        await outcomeOf(client.fetchFor('cards')('https://elsewhere.example/')),
      ]
      client.invalidate('cards')
      outcomes.push(await outcomeOf(client.getToken('cards')))
      client.reset('bob')
      outcomes.push(await outcomeOf(client.getToken('cards')))
      stop()
      client.dispose()
      return outcomes
    })
    expect(outcomes).toEqual(['ok', 'ok', 'origin_not_allowed', 'ok', 'ok'])
    // What does break the policy is reported, so that silence means something.
    await page.evaluate(() => {
      try {
        document.body.innerHTML = '<p></p>'
      } catch {}
    })
    await until(() => expect(house.violations.length).toBeGreaterThan(0))
    expect(house.violations.length).toBe(1)
    expect(house.violations[0]).toContain('require-trusted-types-for')
  })
})

/** No cookie arrives from such a page: its login is a bearer. */
function bearerLogin(): void {
  globalThis.clientOptions = { headers: () => ({ authorization: 'Bearer ada' }) }
}

function storageError(): string {
  try {
    return `none: ${localStorage.length}`
  } catch (error) {
    return (error as Error).name
  }
}

/** In the page: a sandboxed frame, and the broker for it at the other end of a message. */
function hostFrame(): void {
  const frame = document.createElement('iframe')
  frame.sandbox.add('allow-scripts')
  frame.src = '/framed'
  document.body.append(frame)
  addEventListener('message', async ({ data, source, ports: [port] }) => {
    if (source !== frame.contentWindow) return
    const headers = { 'content-type': 'application/json', 'x-valet-key': '1' }
    const body = JSON.stringify(data)
    const answer = await fetch('/api/broker/tokens', { method: 'POST', headers, body })
    port?.postMessage(await answer.json())
  })
}

/** In the frame: a client whose broker is the page around. */
async function callThroughHost(): Promise<number[]> {
  const framed = newClient(
    (request) =>
      new Promise((answered) => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = ({ data }) => answered(data)
        parent.postMessage(request, '*', [port2])
      }),
  )
  const vault = framed.fetchFor('cards')
  const answers = [await vault('/one'), await vault('/two')]
  return answers.map(({ status }) => status)
}

async function frameIn(page: Page): Promise<Frame> {
  const frame = await page.waitForFrame((one) => one.url().endsWith('/framed'))
  await until(async () => expect(await frame.evaluate(() => typeof client)).toBe('object'))
  return frame
}
