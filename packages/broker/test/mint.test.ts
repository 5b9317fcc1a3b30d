import { describe, expect, it } from 'vitest'
import type { BrokerEvent } from '../src/events.ts'
import { createMint, type MintOrder } from '../src/mint.ts'
import { MintError, type MintErrorCode } from '../src/minter.ts'
import { createTestMinter } from '../src/testing/index.ts'
import { UNTRACED } from '../src/trace.ts'
import { createManualClock, until } from './harness.ts'

function setup() {
  const clock = createManualClock()
  const minter = createTestMinter({ clock, name: 'vendor' })
  const events: BrokerEvent[] = []
  const mint = createMint({ clock, timeoutMs: 8_000, report: (event) => events.push(event) })
  const target = { audience: 'cards', entry: { name: 'cards', minter } }
  const order: MintOrder = { target, lifetime: { lifetimeMs: 60_000 }, trace: UNTRACED }
  return {
    clock,
    minter,
    events,
    order,
    mint: (more: Partial<MintOrder> = {}) => mint({ ...order, ...more }),
  }
}

const jwtWithExp = (exp: unknown): string =>
  ['{}', JSON.stringify({ exp }), 'sig']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')

describe('createMint', () => {
  it('asks for what was ordered and for nothing else', async () => {
    const { mint, minter } = setup()
    await mint()
    await mint({ subject: 'ada', scope: 'read', context: { org: 1 } })
    const [bare, full] = minter.requests
    expect(bare).toEqual({ audience: 'cards', lifetimeMs: 60_000, signal: expect.any(AbortSignal) })
    expect(full).toMatchObject({ subject: 'ada', scope: 'read', context: { org: 1 } })
  })

  it('names the member of a group, and its resource where the token has none', async () => {
    const { mint, minter, order } = setup()
    const member = { name: 'a', resource: 'https://a.test/' }
    const target = { ...order.target, audience: 'records/a', member }
    await expect(mint({ target })).resolves.toMatchObject({ resource: 'https://a.test/' })
    expect(minter.requests[0]).toMatchObject({ audience: 'records/a', member: 'a' })

    minter.alter((token) => ({ ...token, resource: 'https://other.test/' }))
    await expect(mint({ target })).resolves.toMatchObject({ resource: 'https://other.test/' })
  })

  it('asks for no more than is left of the login', async () => {
    const { mint, minter, clock } = setup()
    await mint({ lifetime: { lifetimeMs: 60_000, ceilingAt: clock.now() + 7_000 } })
    expect(minter.requests[0]?.lifetimeMs).toBe(7_000)
  })

  it('gives every token an id of its own that says nothing of its value', async () => {
    const { mint } = setup()
    const [first, second] = [await mint(), await mint()]
    expect(first.tokenId).toMatch(/^[0-9a-f-]{36}$/)
    expect(first.tokenId).not.toBe(second.tokenId)
  })

  it('counts a lifetime from before the upstream call', async () => {
    const { mint, minter, clock } = setup()
    const startedAt = clock.now()
    const release = minter.hold()
    const minted = mint()
    await until(() => minter.requests.length === 1)
    clock.advance(3_000)
    release()
    await expect(minted).resolves.toMatchObject({
      mintedAt: startedAt,
      expiresAt: startedAt + 60_000,
    })
  })

  it('takes the exp of a JWT where it comes first', async () => {
    const { mint, minter, clock } = setup()
    const exp = Math.floor(clock.now() / 1000) + 20
    minter.alter((token) => ({ ...token, value: jwtWithExp(exp) }))
    await expect(mint()).resolves.toMatchObject({ expiresAt: exp * 1000 })
  })

  it('reports each mint: audience, minter, how long it took', async () => {
    const { mint, events } = setup()
    await mint()
    expect(events).toEqual([
      { event: 'mint', audience: 'cards', minter: 'vendor', ms: 0, lifetimeMs: 60_000 },
    ])
  })
})

describe('a mint that fails', () => {
  it.each<[MintErrorCode, number]>([
    ['upstream_invalid', 502],
    ['upstream_auth', 502],
    ['upstream_timeout', 504],
    ['temporarily_unavailable', 503],
    ['invalid_target', 403],
  ])('passes on %s, without the words of the minter', async (code, status) => {
    const { mint, minter, events } = setup()
    minter.fail(new MintError(code, 'internal words', { retryAfterMs: 4_200 }))
    const error = await mint().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, status, retryAfterMs: 4_200 })
    expect(String(error)).not.toContain('internal words')
    expect(events).toEqual([
      {
        event: 'mint-failed',
        audience: 'cards',
        minter: 'vendor',
        ms: 0,
        error: code,
        detail: 'MintError: internal words',
      },
    ])
  })

  it('knows a MintError of another copy of this package', async () => {
    const { mint, minter } = setup()
    minter.fail(Object.assign(new Error('refused'), { name: 'MintError', code: 'upstream_auth' }))
    await expect(mint()).rejects.toMatchObject({ code: 'upstream_auth' })
  })

  it.each([
    ['an error of another kind', new TypeError('fetch failed')],
    ['a system error', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
    ['a code that is not for minters', Object.assign(new Error('x'), { code: 'invalid_session' })],
    ['a string', 'broken'],
    ['nothing', null],
  ])('calls %s an error of the server', async (_, thrown) => {
    const { mint, minter } = setup()
    minter.fail(thrown)
    await expect(mint()).rejects.toMatchObject({ code: 'server_error', status: 500 })
  })

  it.each([0, -1, Number.NaN, Infinity, '3'])(
    'does not take %s for a wait',
    async (retryAfterMs) => {
      const { mint, minter } = setup()
      const code = 'upstream_timeout'
      minter.fail(Object.assign(new Error('slow'), { code, retryAfterMs }))
      await expect(mint()).rejects.toMatchObject({ code, retryAfterMs: undefined })
    },
  )

  it('ends at the deadline although the minter never settles, and aborts its signal', async () => {
    const { mint, minter, clock, events } = setup()
    minter.hold()
    const minted = mint()
    await until(() => minter.requests.length === 1)
    clock.advance(8_000)
    await expect(minted).rejects.toMatchObject({ code: 'upstream_timeout', status: 504 })
    expect(minter.requests[0]?.signal.aborted).toBe(true)
    expect(events).toMatchObject([{ event: 'mint-failed', error: 'upstream_timeout', ms: 8_000 }])
    expect(clock.pending()).toBe(0)
  })
})

describe('a token that cannot be used', () => {
  const now = createManualClock().now()

  it.each<[string, object]>([
    ['is empty', { value: '' }],
    ['holds a line break', { value: 'a\r\nX-Injected: 1' }],
    ['holds a character beyond ASCII', { value: 'ü' }],
    ['is over 128 KiB', { value: 'x'.repeat(131_073) }],
    ['is no text', { value: undefined }],
    ['is a number', { value: 12_345 }],
    ['is expired on arrival', { expiresAt: now }],
    ['names its expiry in seconds', { expiresAt: Math.floor(now / 1000) + 60 }],
    ['names its expiry in words', { expiresAt: 'tomorrow' }],
    ['names no expiry', { expiresAt: undefined }],
    ['never expires', { expiresAt: Infinity }],
    ['lives longer than was asked for', { expiresAt: now + 62_000 }],
    ['is a JWT that ended', { value: jwtWithExp(Math.floor(now / 1000) - 1) }],
    ['is a JWT that lives for days', { value: jwtWithExp(Math.floor(now / 1000) + 86_400) }],
    ['is a JWT with exp in milliseconds', { value: jwtWithExp(now + 60_000) }],
  ])('because it %s, is upstream_invalid', async (_, fault) => {
    const { mint, minter } = setup()
    minter.alter((token) => ({ ...token, ...fault }))
    await expect(mint()).rejects.toMatchObject({ code: 'upstream_invalid', status: 502 })
  })

  it.each([
    [
      { expiresAt: 'tomorrow' },
      'UnusableTokenError: expiresAt is not a number of epoch milliseconds',
    ],
    [
      { expiresAt: Math.floor(now / 1000) + 60 },
      /^UnusableTokenError: the token .* epoch milliseconds$/,
    ],
  ])('is told about in the log without a word cut out', async (fault, detail) => {
    const { mint, minter, events } = setup()
    minter.alter((token) => ({ ...token, ...(fault as object) }))
    await expect(mint()).rejects.toMatchObject({ code: 'upstream_invalid' })
    expect(events).toMatchObject([{ detail: expect.stringMatching(detail) }])
  })

  it('is not one whose exp was rounded up, or whose vault has a fast clock', async () => {
    const { mint, minter, clock } = setup()
    minter.alter((token) => ({ ...token, expiresAt: token.expiresAt + 999 }))
    await expect(mint()).resolves.toBeDefined()

    const exp = Math.floor(clock.now() / 1000) + 60 + 30
    minter.alter((token) => ({ ...token, value: jwtWithExp(exp) }))
    await expect(mint()).resolves.toMatchObject({ expiresAt: clock.now() + 60_000 })
  })
})
