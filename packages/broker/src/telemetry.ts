/** What a broker tells a tracing system: spans of its work, the events it reports. */
import type { BrokerEvent } from './events.ts'
import type { TraceHeaders } from './trace-context.ts'

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** What a span is of. */
export interface SpanStart {
  readonly name: string
  /** `server`: a request to the broker · `client`: a call the broker makes */
  readonly kind: 'server' | 'client' | 'internal'
  /** The span it is a part of. */
  readonly parent?: TelemetrySpan | undefined
  /** Without a parent: what the request says of its trace. */
  readonly remote?: TraceHeaders | undefined
  readonly attributes: SpanAttributes
}

export interface TelemetrySpan {
  /** For the calls that are made within it. */
  readonly headers: TraceHeaders
  /** Calls `work` so that what is instrumented in there finds the span. */
  within<T>(work: () => T): T
  /** `error`: the code of the failure, if it is one. */
  end(outcome: { error?: string | undefined; attributes?: SpanAttributes | undefined }): void
}

/** Where spans and metrics go. `openTelemetry()` of `@valetkey/broker/opentelemetry` makes one. */
export interface Telemetry {
  begin(start: SpanStart): TelemetrySpan
  /** Hears every event of the broker. */
  observe(event: BrokerEvent): void
}
