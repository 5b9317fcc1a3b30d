/** The headers by which systems tell each other of a trace (W3C Trace Context). */

/** `traceparent`, perhaps `tracestate`, for a call made on behalf of a request. Empty where there is no trace. */
export type TraceHeaders = Readonly<Record<string, string>>

export const NO_TRACE_HEADERS: TraceHeaders = {}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
/** The specification's least that must be passed on. */
const MOST_STATE_CHARACTERS = 512
const TRACESTATE = /^[\x20-\x7e]+$/

/** What a request says of its trace, if it is well-formed. */
export function traceHeadersOf(headers: Headers): TraceHeaders {
  const traceparent = headers.get('Traceparent')
  if (traceparent === null || !TRACEPARENT.test(traceparent)) return NO_TRACE_HEADERS
  const tracestate = headers.get('Tracestate')
  const isPassedOn =
    tracestate !== null && tracestate.length <= MOST_STATE_CHARACTERS && TRACESTATE.test(tracestate)
  return { traceparent, ...(isPassedOn && { tracestate }) }
}
