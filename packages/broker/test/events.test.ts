import { expect, it } from 'vitest'
import { type BrokerEvent, createBroker } from '../src/index.ts'
import { createTestMinter } from '../src/testing/index.ts'
import { ask, BASE, createApp, tokenRequest } from './harness.ts'

it('logs every answer: its id, its status, what was asked for, what was given', async () => {
  const { broker, logged, events } = createApp()
  const { response, body } = await ask(broker, 'cards', 'nothing')
  const answer = {
    event: 'answer',
    requestId: response.headers.get('X-Request-Id'),
    route: 'tokens',
    method: 'POST',
    status: 200,
    ms: 0,
    granted: 1,
    failed: 1,
    session: body.session,
    background: false,
    items: [
      { audience: 'cards', outcome: 'granted' },
      { audience: '(unknown)', outcome: 'invalid_target' },
    ],
  }
  expect(events.at(-1)).toEqual(answer)
  expect(logged.at(-1)).toEqual([answer, 'POST tokens 200'])
})

it('logs refusals and the answers of every other route too', async () => {
  const { broker, events } = createApp()
  await broker.fetch(tokenRequest('{'))
  await broker.fetch(new Request(`${BASE}/healthz`))
  await broker.fetch(new Request(`${BASE}/nothing`))
  expect(events).toMatchObject([
    { event: 'answer', route: 'tokens', status: 400, error: 'invalid_request', granted: 0 },
    { event: 'answer', route: 'healthz', status: 200 },
    { event: 'answer', route: 'none', status: 404 },
  ])
})

it('lets mints be counted', async () => {
  const { broker, events } = createApp()
  await ask(broker, 'cards')
  await ask(broker, 'cards')
  expect(events.filter(({ event }) => event === 'mint')).toHaveLength(1)
})

it('survives a log whose disk is full and a listener that throws', async () => {
  const throwing = (): never => {
    throw new Error('ENOSPC')
  }
  const { broker } = createApp({
    logger: { info: throwing, warn: throwing, error: throwing },
    onEvent: throwing,
  })
  expect((await ask(broker, 'cards')).status).toBe(200)
})

it('calls the methods of a logger on the logger', async () => {
  const lines: string[] = []
  class Log {
    readonly name = 'log'
    write(level: string): void {
      lines.push(`${this.name} ${level}`)
    }
    info(): void {
      this.write('info')
    }
    warn(): void {
      this.write('warn')
    }
    error(): void {
      this.write('error')
    }
  }
  const { broker, minter } = createApp({ logger: new Log() })
  minter.fail(new Error('bug'))
  await ask(broker, 'cards')
  expect(lines).toEqual(['log warn', 'log info', 'log warn'])
})

it('warns loudly of insecureDev, and lets everybody have everything', async () => {
  const warnings: string[] = []
  const events: BrokerEvent[] = []
  const broker = createBroker({
    audiences: { cards: createTestMinter() },
    insecureDev: true,
    logger: { info: () => {}, warn: (_, message) => warnings.push(message), error: () => {} },
    onEvent: (event) => events.push(event),
  })
  expect(warnings).toEqual([expect.stringMatching(/^INSECURE: .*authenticate and authorize/)])
  expect(events).toEqual([{ event: 'insecure-dev', missing: ['authenticate', 'authorize'] }])
  expect((await ask(broker, 'cards')).status).toBe(200)
})

it('does not warn where insecureDev has nothing to stand in for', () => {
  const events: BrokerEvent[] = []
  createBroker({
    audiences: { cards: createTestMinter() },
    insecureDev: true,
    authenticate: () => null,
    authorize: () => false,
    onEvent: (event) => events.push(event),
  })
  expect(events).toEqual([])
})
