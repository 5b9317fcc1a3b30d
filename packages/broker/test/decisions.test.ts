import { createHash } from 'node:crypto'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import type { BrokerEvent, DecisionEvent } from '../src/events.ts'
import { ADA, ask, askOne, createApp, createVaults, tokenRequest } from './harness.ts'
import { createProxied } from './proxy-harness.ts'

const decisionsIn = (events: readonly BrokerEvent[]): DecisionEvent[] =>
  events.filter((event) => event.event === 'decision')

const fingerprintOf = (token: string | undefined): string =>
  createHash('sha256').update(String(token)).digest('hex').slice(0, 16)

describe('the audit log', () => {
  it('has a line per token: who, which audience, the token by its hash, its end', async () => {
    const { broker, events, clock } = createVaults()
    const { response, body, tokens } = await ask(broker, 'cards', 'records')
    expect(decisionsIn(events)).toEqual(
      tokens.map(({ audience, access_token }) => ({
        event: 'decision',
        via: 'tokens',
        requestId: response.headers.get('X-Request-Id'),
        subject: 'ada',
        session: body.session,
        audience,
        outcome: 'granted',
        fingerprint: fingerprintOf(access_token),
        expiresAt: clock.now() + 300_000,
      })),
    )
    expect(tokens).toHaveLength(4)
  })

  it('says on a hit in the cache what it said on the mint', async () => {
    const { broker, events } = createApp()
    await ask(broker, 'cards')
    await ask(broker, 'cards')
    const [first, second] = decisionsIn(events)
    expect(second).toEqual({ ...first, requestId: expect.any(String) })
    expect(second?.requestId).not.toBe(first?.requestId)
  })

  it('has a line per refusal with the reason, and repeats no name that a stranger made up', async () => {
    const { broker, events } = createVaults({
      authorize: (_, { audience }) => audience !== 'shared',
    })
    await ask(broker, 'shared', 'made-up')
    expect(decisionsIn(events)).toMatchObject([
      { audience: 'shared', outcome: 'invalid_target', reason: expect.stringContaining('unknown') },
      { audience: '(unknown)', outcome: 'invalid_target' },
    ])
    expect(JSON.stringify(events)).not.toContain('made-up')
  })

  it('tells a failed upstream from a refusal', async () => {
    const { broker, events, minter } = createApp()
    minter.fail(new Error('down'))
    await ask(broker, 'cards')
    expect(decisionsIn(events)).toMatchObject([{ audience: 'cards', outcome: 'server_error' }])
  })

  it('has a line per forwarded call, with the token the vault took', async () => {
    const { call, events, cards } = await createProxied()
    await call('v1/x')
    expect(decisionsIn(events)).toMatchObject([
      {
        via: 'proxy',
        subject: 'ada',
        audience: 'cards',
        outcome: 'granted',
        fingerprint: fingerprintOf(cards.minted[0]?.value),
      },
    ])
  })

  it('has a line per forwarded call that is refused', async () => {
    const { call, events } = await createProxied({ app: { authorize: () => false } })
    await call('v1/x')
    expect(decisionsIn(events)).toMatchObject([
      { via: 'proxy', subject: 'ada', audience: 'cards', outcome: 'invalid_target' },
    ])
  })

  it('has a line per token of the app itself', async () => {
    const { broker, events } = createApp({ authorize: () => false })
    const { value } = await broker.mint('cards', 'nightly')
    await broker.mint('cards', ADA).catch(() => {})
    expect(decisionsIn(events)).toMatchObject([
      { via: 'server', subject: 'nightly', outcome: 'granted', fingerprint: fingerprintOf(value) },
      { via: 'server', subject: 'ada', outcome: 'invalid_target' },
    ])
  })

  it('has none where nobody is signed in; the answer says why', async () => {
    const { broker, events } = createApp()
    await broker.fetch(tokenRequest({ tokens: [{ id: '1', audience: 'cards' }] }, { Cookie: '' }))
    expect(decisionsIn(events)).toEqual([])
    expect(events.at(-1)).toMatchObject({ event: 'answer', error: 'invalid_session' })
  })

  it('goes to pino as it is', async () => {
    const lines: string[] = []
    const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) })
    const { broker } = createApp({ logger })
    const { access_token } = await askOne(broker, 'cards')
    const written = lines.map((line): Record<string, unknown> => JSON.parse(line))
    expect(written.find(({ event }) => event === 'decision')).toMatchObject({
      level: 30,
      subject: 'ada',
      outcome: 'granted',
      msg: 'ada, cards: granted',
    })
    expect(lines.join('')).not.toContain(access_token)
  })
})
