/** Spans and metrics of a broker for OpenTelemetry. */
import { type MeterProvider, metrics, trace, type TracerProvider } from '@opentelemetry/api'
import type { Telemetry } from '../telemetry.ts'
import { createMetrics } from './metrics.ts'
import { createSpans } from './spans.ts'

export interface OpenTelemetryOptions {
  /** @default the global one */
  tracerProvider?: TracerProvider
  /** @default the global one */
  meterProvider?: MeterProvider
}

const NAME = '@valetkey/broker'

/**
 * Makes the `telemetry` of a broker: a span for each request, below it one for login, policy, mint and
 * vault call; counters and histograms of the same. No attribute holds a subject, a token or a path.
 * Set your SDK up before: what is registered when this is called is used.
 *
 * @example
 * ```ts
 * createBroker({ audiences, authenticate, authorize, telemetry: openTelemetry() })
 * ```
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const tracer = (options.tracerProvider ?? trace).getTracer(NAME)
  const meter = (options.meterProvider ?? metrics).getMeter(NAME)
  return { begin: createSpans(tracer), observe: createMetrics(meter) }
}
