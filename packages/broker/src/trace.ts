/** Follows one request through the broker: spans where there is telemetry, timings in development. */
import type { Clock } from './clock.ts'
import { OAuthError } from './oauth-error.ts'
import type { SpanAttributes, SpanStart, Telemetry, TelemetrySpan } from './telemetry.ts'
import { NO_TRACE_HEADERS, type TraceHeaders, traceHeadersOf } from './trace-context.ts'

/** The parts of an answer that take time. */
export type Step = 'authenticate' | 'authorize' | 'mint' | 'vault'

export interface Trace {
  /** For calls made on behalf of the request. */
  readonly headers: TraceHeaders
  /** Does `work` as a part of this. */
  step<T>(
    step: Step,
    work: (trace: Trace) => T | Promise<T>,
    attributes?: SpanAttributes,
  ): T | Promise<T>
  /** The value of `Server-Timing`, where it is told. */
  timings(): string | undefined
  end(outcome: { error?: string | undefined; attributes: SpanAttributes }): void
}

export interface Tracing {
  /** `undefined` for what the app's own code asks for. */
  begin(request: Pick<Request, 'headers' | 'method'> | undefined, name: string): Trace
}

export interface TracingParts {
  telemetry: Telemetry | undefined
  clock: Required<Clock>
  /** Tells browsers what took how long. */
  isTimed: boolean
}

export function createTracing(parts: TracingParts): Tracing {
  const { telemetry, isTimed } = parts
  return {
    begin(request, name) {
      const remote = request ? traceHeadersOf(request.headers) : NO_TRACE_HEADERS
      // Most brokers: nothing is written down, and the caller's trace is passed on as it came.
      if (!telemetry && !isTimed) return remote === NO_TRACE_HEADERS ? UNTRACED : untraced(remote)
      const span = beginSafely(telemetry, {
        name: request ? `${request.method} ${name}` : name,
        kind: request ? 'server' : 'internal',
        remote,
        attributes: {
          'valetkey.route': name,
          ...(request && { 'http.request.method': request.method }),
        },
      })
      const timings = isTimed ? createTimings(parts.clock) : undefined
      return traced(parts, { span, remote, timings })
    },
  }
}

function untraced(headers: TraceHeaders): Trace {
  const trace: Trace = {
    headers,
    step: (_, work) => work(trace),
    timings: () => undefined,
    end: () => {},
  }
  return trace
}

/** What goes on without a request, or without anybody who follows it. */
export const UNTRACED: Trace = untraced(NO_TRACE_HEADERS)

interface Traced {
  span: TelemetrySpan | undefined
  remote: TraceHeaders
  timings: Timings | undefined
}

function traced(parts: TracingParts, { span, remote, timings }: Traced): Trace {
  return {
    headers: span?.headers ?? remote,
    async step(step, work, attributes = {}) {
      const stop = timings?.start(step)
      const inner = beginSafely(parts.telemetry, {
        name: step,
        kind: step === 'vault' || step === 'mint' ? 'client' : 'internal',
        parent: span,
        attributes,
      })
      const begun = traced(parts, { span: inner ?? span, remote, timings })
      try {
        const result = await (inner ? inner.within(() => work(begun)) : work(begun))
        inner?.end({})
        return result
      } catch (error) {
        inner?.end({ error: error instanceof OAuthError ? error.code : 'server_error' })
        throw error
      } finally {
        stop?.()
      }
    },
    timings: () => timings?.text(),
    end: (outcome) => span?.end(outcome),
  }
}

/** A telemetry that is out of order is no reason to refuse a token. */
function beginSafely(
  telemetry: Telemetry | undefined,
  start: SpanStart,
): TelemetrySpan | undefined {
  try {
    return telemetry?.begin(start)
  } catch {
    return undefined
  }
}

interface Timings {
  start(step: Step): () => void
  text(): string
}

/** Several of a kind go on at once; each kind is told from its first beginning to its last end. */
function createTimings(clock: Required<Clock>): Timings {
  const beganAt = clock.now()
  const spans = new Map<Step, { from: number; to: number }>()
  return {
    start(step) {
      const from = spans.get(step)?.from ?? clock.now()
      return () => spans.set(step, { from, to: clock.now() })
    },
    text() {
      const steps = [...spans].map(([step, { from, to }]) => `${step};dur=${to - from}`)
      return [...steps, `total;dur=${clock.now() - beganAt}`].join(', ')
    },
  }
}
