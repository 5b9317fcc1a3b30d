import { describe, expect, it } from 'vitest'
import { traceHeadersOf } from '../src/trace-context.ts'
import { ask, createApp, tokenRequest } from './harness.ts'
import { createProxied } from './proxy-harness.ts'

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const BODY = { tokens: [{ id: '1', audience: 'cards' }] }

describe("the caller's trace", () => {
  it('reaches the minter, with its state', async () => {
    const { broker, minter } = createApp()
    await broker.fetch(tokenRequest(BODY, { Traceparent: TRACEPARENT, Tracestate: 'a=1' }))
    expect(minter.requests[0]?.traceHeaders).toEqual({
      traceparent: TRACEPARENT,
      tracestate: 'a=1',
    })
  })

  it('reaches the vault through the proxy', async () => {
    const { call, vault } = await createProxied()
    await call('v1/x', { headers: { Traceparent: TRACEPARENT } })
    await call('v1/x', { headers: { Traceparent: 'made up', Tracestate: 'a=1' } })
    const [traced, untraced] = vault.seen.map(({ headers }) => headers)
    expect(traced?.traceparent).toBe(TRACEPARENT)
    expect([untraced?.traceparent, untraced?.tracestate]).toEqual([undefined, undefined])
  })

  it('is nothing to a minter where there is none', async () => {
    const { broker, minter } = createApp()
    await ask(broker, 'cards')
    expect(minter.requests[0]).not.toHaveProperty('traceHeaders')
  })

  it.each([
    ['', {}],
    [TRACEPARENT.toUpperCase(), {}],
    [`${TRACEPARENT}-x`, {}],
    [TRACEPARENT.replace('00-', 'ff-'), {}],
    [TRACEPARENT.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)), {}],
    [TRACEPARENT.replace('b7ad6b7169203331', '0'.repeat(16)), {}],
    [`${TRACEPARENT}, ${TRACEPARENT}`, {}],
    [TRACEPARENT, { traceparent: TRACEPARENT }],
  ])('is taken only as the specification has it: %j', (traceparent, expected) => {
    const headers = new Headers({ Traceparent: traceparent, Tracestate: 'x'.repeat(513) })
    expect(traceHeadersOf(headers)).toEqual(expected)
  })
})

describe('Server-Timing', () => {
  it('tells what took how long, in development', async () => {
    const { broker, minter, clock } = createApp({ serverTiming: true })
    const release = minter.hold()
    const asked = ask(broker, 'cards')
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(70)
    release()
    const { response } = await asked
    expect(response.headers.get('Server-Timing')).toBe(
      'authenticate;dur=0, authorize;dur=0, mint;dur=70, total;dur=70',
    )
  })

  it('tells of the vault, too', async () => {
    const { call } = await createProxied({ app: { serverTiming: true } })
    const { headers } = await call('v1/x')
    expect(headers.get('Server-Timing')).toMatch(/authorize;dur=\d+, mint;dur=\d+, vault;dur=\d+/)
  })

  it('is off unless somebody asks for it, and on with insecureDev', async () => {
    const { broker } = createApp()
    expect((await ask(broker, 'cards')).response.headers.get('Server-Timing')).toBeNull()
    const dev = createApp({ insecureDev: true } as object).broker
    expect((await ask(dev, 'cards')).response.headers.get('Server-Timing')).toContain('total')
  })
})
