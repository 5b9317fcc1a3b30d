import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTelemetry } from '../../src/opentelemetry/index.ts'
import { ask, COOKIE, createApp, tokenRequest } from '../harness.ts'
import { createProxied } from '../proxy-harness.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`
const BODY = { tokens: [{ id: '1', audience: 'cards' }] }

function setup() {
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  })
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const named = (name: string): ReadableSpan | undefined =>
    spans.getFinishedSpans().find((span) => span.name === name)
  return {
    telemetry: openTelemetry({ tracerProvider, meterProvider }),
    spans: () => spans.getFinishedSpans(),
    named,
    /** Points by metric: attributes with the count or the sum. */
    points: async (metric: string) => {
      await reader.forceFlush()
      const all =
        exporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? []
      const found = all.find(({ descriptor }) => descriptor.name === metric)
      return found?.dataPoints.map(({ attributes, value }) => ({
        ...attributes,
        value: typeof value === 'number' ? value : (value as { count: number }).count,
      }))
    },
    all: async () => {
      await reader.forceFlush()
      return JSON.stringify([
        spans.getFinishedSpans().map(({ name, attributes, status, events }) => ({
          name,
          attributes,
          status,
          events,
        })),
        exporter.getMetrics(),
      ])
    },
  }
}

describe('openTelemetry', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  })
  afterAll(() => context.disable())

  it("makes a span of each request, within the caller's trace, with its parts below", async () => {
    const { telemetry, named } = setup()
    const { broker } = createApp({ telemetry })
    const response = await broker.fetch(tokenRequest(BODY, { Traceparent: TRACEPARENT }))
    const server = named('POST tokens')
    expect(server?.spanContext().traceId).toBe(TRACE_ID)
    expect(server?.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
    expect(server?.attributes).toMatchObject({
      'http.response.status_code': 200,
      'valetkey.request_id': response.headers.get('X-Request-Id'),
    })
    for (const part of ['authenticate', 'authorize', 'mint'])
      expect(named(part)?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId)
    expect(named('mint')?.attributes).toEqual({
      'valetkey.audience': 'cards',
      'valetkey.minter': 'test',
    })
  })

  it('passes its own span on to the minter and to the vault', async () => {
    const { telemetry, named } = setup()
    const { call, cards, vault } = await createProxied({ app: { telemetry } })
    await call('v1/x', { headers: { Traceparent: TRACEPARENT, Tracestate: 'a=1' } })
    const headerOf = (name: string): string =>
      `00-${TRACE_ID}-${named(name)?.spanContext().spanId}-01`
    expect(cards.requests[0]?.traceHeaders).toEqual({
      traceparent: headerOf('mint'),
      tracestate: 'a=1',
    })
    expect(vault.seen[0]?.headers).toMatchObject({
      traceparent: headerOf('vault'),
      tracestate: 'a=1',
    })
  })

  it('is found by what is instrumented below', async () => {
    const { telemetry, named } = setup()
    let active: string | undefined
    const { broker } = createApp({
      telemetry,
      authenticate: async () => {
        await Promise.resolve()
        active = trace.getActiveSpan()?.spanContext().spanId
        return { subject: 'ada', login: '1' }
      },
    })
    await ask(broker, 'cards')
    expect(active).toBe(named('authenticate')?.spanContext().spanId)
  })

  it('marks what failed, and not what was refused', async () => {
    const { telemetry, named } = setup()
    const { broker, minter } = createApp({ telemetry })
    minter.fail(new Error('key 0123456789abcdef0123456789abcdef is bad'))
    await ask(broker, 'cards')
    expect(named('mint')?.status).toEqual({ code: 2, message: 'server_error' })
    const refused = setup()
    const strict = createApp({ telemetry: refused.telemetry, authorize: () => false })
    await ask(strict.broker, 'cards')
    expect(refused.named('POST tokens')?.status.code).toBe(0)
  })

  it('counts requests, decisions and mints', async () => {
    const { telemetry, points } = setup()
    const { broker } = createApp({ telemetry })
    await ask(broker, 'cards', 'nothing')
    await ask(broker, 'cards')
    expect(await points('valetkey.broker.request.duration')).toMatchObject([
      { 'valetkey.route': 'tokens', 'http.response.status_code': 200, value: 2 },
    ])
    expect(await points('valetkey.broker.decisions')).toEqual([
      { 'valetkey.audience': 'cards', outcome: 'granted', via: 'tokens', value: 2 },
      { 'valetkey.audience': '(unknown)', outcome: 'invalid_target', via: 'tokens', value: 1 },
    ])
    expect(await points('valetkey.broker.mint.duration')).toMatchObject([
      { 'valetkey.audience': 'cards', outcome: 'minted', value: 1 },
    ])
  })

  it('holds no subject, no path, no token, no cookie', async () => {
    const { telemetry, all } = setup()
    const { call, cards } = await createProxied({ app: { telemetry } })
    await call('v1/patients/jane-doe?q=secret')
    const written = await all()
    expect(written).toContain('valetkey.audience')
    for (const secret of ['ada', 'jane-doe', 'q=secret', COOKIE, String(cards.minted[0]?.value)])
      expect(written).not.toContain(secret)
  })

  it('passes the trace on where no SDK is set up', async () => {
    const { broker, minter } = createApp({ telemetry: openTelemetry() })
    await broker.fetch(tokenRequest(BODY, { Traceparent: TRACEPARENT }))
    expect(minter.requests[0]?.traceHeaders?.traceparent).toBe(TRACEPARENT)
  })

  it('that throws is no reason to refuse a token', async () => {
    const throwing = (): never => {
      throw new Error('out of order')
    }
    const { broker } = createApp({ telemetry: { begin: throwing, observe: throwing } })
    expect((await ask(broker, 'cards')).status).toBe(200)
  })
})
