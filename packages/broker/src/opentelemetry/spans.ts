/** Spans of OpenTelemetry for what a broker does. */
import {
  type Context,
  context,
  createTraceState,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api'
import type { SpanStart, TelemetrySpan } from '../telemetry.ts'
import { NO_TRACE_HEADERS, type TraceHeaders } from '../trace-context.ts'

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL }

export function createSpans(tracer: Tracer): (start: SpanStart) => TelemetrySpan {
  /** What each span of ours is found in by those that are parts of it. */
  const contexts = new WeakMap<TelemetrySpan, Context>()

  return ({ name, kind, parent, remote = NO_TRACE_HEADERS, attributes }) => {
    const above = (parent && contexts.get(parent)) ?? withRemote(context.active(), remote)
    const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, above)
    const inside = trace.setSpan(above, span)
    const begun: TelemetrySpan = {
      headers: headersOf(span, remote),
      within: (work) => context.with(inside, work),
      end({ error, attributes: more }) {
        if (more) span.setAttributes(more)
        if (error !== undefined) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: error })
          span.setAttribute('error.type', error)
        }
        span.end()
      },
    }
    contexts.set(begun, inside)
    return begun
  }
}

/** What instrumented the server before us knows the caller's trace already; else its headers say. */
function withRemote(active: Context, { traceparent, tracestate }: TraceHeaders): Context {
  const known = trace.getSpanContext(active)
  if (traceparent === undefined || (known && isSpanContextValid(known))) return active
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-')
  const isRemote = true
  return trace.setSpanContext(active, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  })
}

function headersOf(span: Span, remote: TraceHeaders): TraceHeaders {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext()
  // Without an SDK a span is nothing, and what came is passed on.
  if (!isSpanContextValid(span.spanContext())) return remote
  const state = traceState?.serialize() ?? ''
  const flags = traceFlags.toString(16).padStart(2, '0')
  return {
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    ...(state !== '' && { tracestate: state }),
  }
}
