import type { TokenClient } from '@valetkey/client'
import { createTokenClient } from '@valetkey/client'
import { createManualClock } from '@valetkey/client/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { skyflowBearer } from '../src/index.ts'
import { rejectionOf } from './setup.ts'
import { createWorld } from './world.ts'

interface Wire {
  client: TokenClient
  clock: ReturnType<typeof createManualClock>
  requests: () => number
  /** What the broker gives from now on: seconds of life, or how it fails. */
  give: (next: number | (() => Promise<unknown>)) => void
  /** The text of the tokens from now on. */
  name: (texts: (number: number) => string) => void
}

/** A client whose broker is a function here, and whose time is ours. */
function createWire(): Wire {
  const clock = createManualClock()
  let requests = 0
  let next: number | (() => Promise<unknown>) = 100
  let textOf = (number: number) => `bearer-${number}`
  const client = createTokenClient(
    async ({ tokens }) => {
      const number = ++requests
      if (typeof next === 'function') return next()
      const life = next
      return {
        server_time: clock.wall(),
        session: 's',
        tokens: tokens.map(({ id, audience }) => ({
          id,
          audience,
          token_id: String(number),
          access_token: textOf(number),
          token_type: 'Bearer',
          expires_in: life,
          resource: 'https://vault.example/',
        })),
      }
    },
    // Never due early by itself: what is asked for here is asked by the getter.
    { clock, random: () => 0 },
  )
  onTestFinished(() => client.dispose())
  return {
    client,
    clock,
    requests: () => requests,
    give: (value) => void (next = value),
    name: (texts) => void (textOf = texts),
  }
}

describe('skyflowBearer', () => {
  it('asks the broker once for fifty callers at the same time', async () => {
    const { client, requests } = createWire()
    const getBearerToken = skyflowBearer(client, 'cards')
    const tokens = await Promise.all(Array.from({ length: 50 }, () => getBearerToken()))
    expect(new Set(tokens)).toEqual(new Set(['bearer-1']))
    expect(requests()).toBe(1)
  })

  it('hands out a token for half its life, then another', async () => {
    const { client, clock } = createWire()
    const getBearerToken = skyflowBearer(client, 'cards')
    await getBearerToken()
    await clock.advance(49_000)
    expect(await getBearerToken()).toBe('bearer-1')
    await clock.advance(2_000)
    expect(await getBearerToken()).toBe('bearer-2')
  })

  it('counts the half from the mint on, where the token says when that was', async () => {
    const { client, clock, name } = createWire()
    // 100 s are left of each, of a life of 140 s: it has lain at the broker.
    name((number) => {
      const claims = Buffer.from(JSON.stringify({ iat: 0, exp: 140, number })).toString('base64url')
      return `h.${claims}.s`
    })
    const getBearerToken = skyflowBearer(client, 'cards')
    const first = await getBearerToken()
    await clock.advance(29_000)
    expect(await getBearerToken()).toBe(first)
    await clock.advance(2_000)
    expect(await getBearerToken()).not.toBe(first)
  })

  it('hands out what there is where the broker gives less than half', async () => {
    const { client, name } = createWire()
    const claims = Buffer.from(JSON.stringify({ iat: 0, exp: 3_600 })).toString('base64url')
    name((number) => `h.${claims}.${number}`)
    expect(await skyflowBearer(client, 'cards')()).toMatch(/^h\./)
  })

  it.each([0, -1, Number.NaN, Infinity])('refuses a time of %d ms', (timeoutMs) => {
    const { client } = createWire()
    expect(() => skyflowBearer(client, 'cards', { timeoutMs })).toThrow(/^timeoutMs must be/)
  })

  it('takes a shorter life for what it is', async () => {
    const { client, clock, give } = createWire()
    const getBearerToken = skyflowBearer(client, 'cards')
    await getBearerToken()
    await clock.advance(60_000)
    give(20)
    expect(await getBearerToken()).toBe('bearer-2')
    expect(await getBearerToken()).toBe('bearer-2')
  })

  it('rejects with a text that names the code and the mend', async () => {
    const { client, give } = createWire()
    give(() => Promise.reject(new Error('canary')))
    const error = await rejectionOf(skyflowBearer(client, 'cards')())
    expect(error).toMatch(/^broker_unreachable\b(?!.*broker_unreachable).*broker.*address/)
    expect(error).not.toContain('canary')
  })

  it('settles in time, whatever the broker does', async () => {
    const { client, give } = createWire()
    give(() => new Promise(() => {}))
    const startedAt = performance.now()
    const error = await rejectionOf(skyflowBearer(client, 'cards', { timeoutMs: 200 })())
    expect(error).toMatch(/^broker_timeout: No Skyflow token within 200 ms/)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  it('never throws, even after the client has ended', async () => {
    const { client } = createWire()
    const getBearerToken = skyflowBearer(client, 'cards')
    client.dispose()
    let promise: Promise<string> | undefined
    expect(() => {
      promise = getBearerToken()
    }).not.toThrow()
    expect(await rejectionOf(promise!)).toMatch(/^disposed\b/)
  })

  it('says so where the broker keeps the token', async () => {
    const allow = [{ method: 'GET' as const, path: '/v1/*' as const }]
    const { client } = await createWorld({ audience: { delivery: 'proxy', allow } })
    expect(await rejectionOf(skyflowBearer(client, 'patients')())).toMatch(
      /^token_withheld\b.*fetchFor/,
    )
  })

  it('gives a bearer that the vault takes', async () => {
    const { client, sandbox } = await createWorld()
    const bearer = await skyflowBearer(client, 'patients')()
    const { vaultUrl, vaultId, table } = sandbox.skyflow
    const headers = { authorization: `Bearer ${bearer}` }
    const response = await fetch(`${vaultUrl}/v1/vaults/${vaultId}/${table}`, { headers })
    expect(response.status).toBe(200)
  })
})
