import { createBroker } from '@valetkey/broker'
import { createTokenClient } from '@valetkey/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createWorld,
  direct,
  keysIn,
  minterAt,
  rejectionOf,
  startedSandbox,
  type TestBroker,
} from './world.ts'

const LIFETIME_MS = 900_000
const PAGE_LOADS = 1_000

/** A page that is loaded, gets its key, and is left. */
async function loadPage(broker: { fetch(request: Request): Promise<Response> }): Promise<void> {
  const client = createTokenClient<TestBroker>('http://127.0.0.1/api/broker', {
    headers: () => ({ authorization: 'Bearer somebody' }),
    fetch: (input, init) => broker.fetch(new Request(input, init)),
  })
  await client.getToken('wallet')
  client.dispose()
}

describe('walt.id behind a broker', () => {
  it('makes one key per lifetime for a thousand page loads of a thousand users', async () => {
    const sandbox = await startedSandbox()
    const start = Date.now()
    let now = start
    const clock = { now: () => now }
    let user = 0
    const broker = createBroker({
      audiences: { wallet: { minter: minterAt(sandbox, { clock }), ...direct } },
      authenticate: () => ({ subject: `user-${user++}`, login: 'l' }),
      authorize: () => true,
      rateLimit: false,
      clock,
    })
    onTestFinished(() => broker.close())
    for (let load = 0; load < PAGE_LOADS; load += 1) {
      now = start + (load / PAGE_LOADS) * LIFETIME_MS * 0.9
      await loadPage(broker)
    }
    expect(user).toBe(PAGE_LOADS)
    const made = (await keysIn(sandbox)).length
    expect(made).toBe(1)
    now = start + LIFETIME_MS
    await Promise.all(Array.from({ length: 20 }, () => loadPage(broker)))
    expect(await keysIn(sandbox)).toHaveLength(2)
    console.info(
      `walt.id: ${PAGE_LOADS} page loads, ${made} key; 20 more in the next lifetime, 1 more`,
    )
  })

  it('makes a key for each user where it is told to', async () => {
    const sandbox = await startedSandbox()
    const broker = createBroker({
      audiences: { wallet: { minter: minterAt(sandbox, { perSubject: true }), ...direct } },
      authenticate: () => null,
      authorize: () => true,
    })
    onTestFinished(() => broker.close())
    for (const subject of ['a', 'b', 'a']) await broker.mint('wallet', subject)
    expect(await keysIn(sandbox)).toHaveLength(2)
  })

  it('gives no browser a key that outlives what its user was granted', async () => {
    const sandbox = await startedSandbox()
    const loginEndsAt = Date.now() + 120_000
    const broker = createBroker({
      audiences: { wallet: { minter: minterAt(sandbox), ...direct } },
      authenticate: () => null,
      authorize: () => true,
    })
    onTestFinished(() => broker.close())
    // The shared key is there, and lives longer.
    await broker.mint('wallet', 'somebody-else')
    const principal = { subject: 'a', login: 'l', expiresAt: loginEndsAt }
    const { expiresAt } = await broker.mint('wallet', principal)
    expect(expiresAt).toBeLessThanOrEqual(loginEndsAt)
    const { orgBaseUrl, adminToken } = sandbox.waltid
    const answer = await fetch(`${orgBaseUrl}/v1/acme/apikeys-api/api-keys/list`, {
      headers: { authorization: `Bearer ${adminToken}` },
    })
    const keys: { expiration?: string }[] = await answer.json()
    const ends = keys.flatMap(({ expiration }) => (expiration ? [Date.parse(expiration)] : []))
    // walt.id counts from when it is asked, which is a little after.
    expect(Math.min(...ends)).toBeLessThanOrEqual(loginEndsAt + 1_000)
    expect(ends).toHaveLength(2)
  })

  it('neither loops nor overflows a timer with a key of 30 days', async () => {
    const warnings: string[] = []
    const note = (warning: Error) => void warnings.push(warning.name)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const audience = { ...direct, maxLifetimeMs: 2_592_000_000 }
    const { client, keys } = await createWorld({ minter: { lifetime: '30d' }, audience })
    onTestFinished(client.keepFresh('wallet'))
    const { expiresAt } = await client.getToken('wallet')
    expect(expiresAt - Date.now()).toBeGreaterThan(2_591_000_000)
    // A timer that overflows fires at once.
    await expect.poll(() => warnings, { timeout: 300 }).toEqual([])
    await client.getToken('wallet')
    const made = (await keys()).length
    expect(made).toBe(1)
    expect(warnings).toEqual([])
    console.info(`walt.id: a key of 30 days, ${made} made, ${warnings.length} warnings of timers`)
  })

  it.each([
    [{ status: 401 }, /admin token is wrong/],
    [{ status: 403 }, /create-apikey/],
    [{ status: 409 }, /the id of the new key is taken; the next has another/],
    [{ status: 503 }, /license is not active; renew/],
    [{ body: 'html' as const }, /not JSON; check orgBaseUrl/],
  ])('tells the operator what to mend, the browser nothing of it: %o', async (fault, mend) => {
    const { vault, client, sandbox, log } = await createWorld()
    const { wallet, adminToken } = sandbox.waltid
    sandbox.waltidControl.fault({ ...fault, path: '/v1/*' })
    const error = await rejectionOf(vault.keys(wallet))
    expect(error).toMatchObject({ code: 'broker_refused' })
    const [prepared] = await client.prepare(['wallet'])
    const answer = await fetch(`${prepared?.resource}v2/${wallet}/wallet-service-api/keys`, {
      headers: { authorization: 'Bearer alice', 'x-valet-key': '1' },
    })
    expect(answer.headers.get('x-valet-key')).not.toBeNull()
    const shown = (await answer.text()) + String(error)
    expect(shown).not.toMatch(/walt\.id answered|license|Unauthorized|Forbidden|<h1>|create-apikey/)
    expect(log.join('\n')).toMatch(mend)
    expect(log.join('\n')).not.toContain(adminToken)
  })
})
