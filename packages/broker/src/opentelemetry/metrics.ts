/** Metrics of OpenTelemetry, made of a broker's events. */
import type { Attributes, Meter } from '@opentelemetry/api'
import type { BrokerEvent } from '../events.ts'

const SECONDS = { unit: 's', advice: { explicitBucketBoundaries: boundaries() } }

/** Names are counted only as far as the configuration has them, so that strangers make no series. */
export function createMetrics(meter: Meter): (event: BrokerEvent) => void {
  const requests = meter.createHistogram('valetkey.broker.request.duration', {
    ...SECONDS,
    description: 'Requests, by route and status',
  })
  const decisions = meter.createCounter('valetkey.broker.decisions', {
    description: 'Tokens granted and refused, by audience and outcome',
  })
  const mints = meter.createHistogram('valetkey.broker.mint.duration', {
    ...SECONDS,
    description: 'Calls of minters, by audience and outcome',
  })
  const calls = meter.createHistogram('valetkey.broker.proxy.duration', {
    ...SECONDS,
    description: 'Calls through the proxy, by audience, rule and outcome',
  })
  const bytes = meter.createCounter('valetkey.broker.proxy.bytes', { unit: 'By' })
  const faults = meter.createCounter('valetkey.broker.faults', {
    description: 'What an operator should look at, by kind',
  })

  return (event) => {
    switch (event.event) {
      case 'answer':
        return requests.record(event.ms / 1_000, requestAttributes(event))
      case 'decision': {
        const { audience, outcome, via } = event
        return decisions.add(1, { 'valetkey.audience': audience, outcome, via })
      }
      case 'mint':
        return mints.record(event.ms / 1_000, mintAttributes(event, 'minted'))
      case 'mint-failed':
        return mints.record(event.ms / 1_000, mintAttributes(event, event.error))
      case 'proxy': {
        const { audience, rule, outcome, method, ms, requestBytes, responseBytes } = event
        const attributes = { 'valetkey.audience': audience, rule, outcome }
        calls.record(ms / 1_000, { ...attributes, 'http.request.method': method })
        bytes.add(requestBytes, { 'valetkey.audience': audience, direction: 'up' })
        return bytes.add(responseBytes, { 'valetkey.audience': audience, direction: 'down' })
      }
      case 'fault':
        return faults.add(1, { kind: event.where })
      case 'upstream':
      case 'cache':
        return faults.add(1, { kind: `${event.event} ${event.state}` })
      default:
        return undefined
    }
  }
}

type EventOf<Name extends BrokerEvent['event']> = Extract<BrokerEvent, { event: Name }>

/** Methods that no route has are one: anybody can make them up. */
function requestAttributes({ route, method, status }: EventOf<'answer'>): Attributes {
  const isKnown = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method)
  return {
    'valetkey.route': route,
    'http.request.method': isKnown ? method : '_OTHER',
    'http.response.status_code': status,
  }
}

function mintAttributes(
  { audience, minter }: EventOf<'mint'> | EventOf<'mint-failed'>,
  outcome: string,
): Attributes {
  return { 'valetkey.audience': audience, 'valetkey.minter': minter, outcome }
}

/** As the semantic conventions have them for HTTP. */
function boundaries(): number[] {
  return [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
}
