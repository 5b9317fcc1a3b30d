/** What the token client did so far, put together from its events: lanes, counters, log. */
import type { TokenEvent } from '@valetkey/client'
import { isProxied } from './audiences.ts'

export interface Generation {
  generation: number
  mintedAt: number
  refreshAt: number
  expiresAt: number
}

/** One answered call to a vault. */
export interface Tick {
  at: number
  status: number
}

export interface Lane {
  generations: readonly Generation[]
  ticks: readonly Tick[]
}

/** An event of the log; the same again and again is one entry. */
export interface LogEntry {
  id: number
  event: TokenEvent
  times: number
}

export interface Activity {
  lanes: ReadonlyMap<string, Lane>
  /** Handed to this page; leaves to call through the broker do not count. */
  tokensReceived: number
  callsServed: number
  /** Of those, the ones with a token that the page held, or that the broker kept. */
  directCalls: number
  proxiedCalls: number
  /** 401s of vaults, before the client dealt with them. */
  refusals: number
  brokerRequests: number
  /** Newest first. */
  log: readonly LogEntry[]
}

const KEPT_MS = 900_000
const MAX_GENERATIONS = 120
const MAX_TICKS = 400
const MAX_LOG = 60
/** Before anything happened. */
export const NOTHING: Activity = {
  lanes: new Map(),
  tokensReceived: 0,
  callsServed: 0,
  directCalls: 0,
  proxiedCalls: 0,
  refusals: 0,
  brokerRequests: 0,
  log: [],
}
const EMPTY_LANE: Lane = { generations: [], ticks: [] }

/** The activity after one more event. */
export function withEvent(activity: Activity, event: TokenEvent): Activity {
  if (event.type === 'identity-changed') return { ...NOTHING, log: withEntry([], event) }
  // Calls are counted and drawn; in the log they would drown the rest.
  const log = event.type === 'call' ? activity.log : withEntry(activity.log, event)
  const next = { ...activity, log }
  switch (event.type) {
    case 'request':
      return { ...next, brokerRequests: activity.brokerRequests + 1 }
    case 'refused':
      return { ...next, refusals: activity.refusals + 1 }
    case 'refreshed':
      return withToken(next, event)
    case 'clock-jump':
      return { ...next, lanes: withoutFuture(activity.lanes, event.at) }
    case 'call':
      return {
        ...withCount(next, event),
        lanes: withLane(activity.lanes, event.audience, (lane) => ({
          ...lane,
          ticks: [...lane.ticks, { at: event.at, status: event.status }].slice(-MAX_TICKS),
        })),
      }
    default:
      return next
  }
}

/**
 * The broker may hand out a token again while no new one can be had: that is no generation of its own. Where
 * the clock was set meanwhile, it moves to where it serves by the new time.
 */
function withToken(activity: Activity, event: TokenEvent & { type: 'refreshed' }): Activity {
  const { generations = [] } = activity.lanes.get(event.audience) ?? {}
  const known = generations.find(({ generation }) => generation === event.generation)
  if (known && known.expiresAt > event.at) return activity
  const others = generations.filter((one) => one !== known)
  return {
    ...activity,
    tokensReceived: activity.tokensReceived + (known || isProxied(event.audience) ? 0 : 1),
    lanes: withLane(activity.lanes, event.audience, (lane) => ({
      ...lane,
      generations: [...others.filter(isRecent(event.at)), event].slice(-MAX_GENERATIONS),
    })),
  }
}

/** A call counts as served only if the vault did what was asked. */
function withCount(
  activity: Activity,
  { audience, status }: TokenEvent & { type: 'call' },
): Activity {
  if (status >= 400) return activity
  const way = isProxied(audience) ? 'proxiedCalls' : 'directCalls'
  return { ...activity, callsServed: activity.callsServed + 1, [way]: activity[way] + 1 }
}

function withEntry(log: readonly LogEntry[], event: TokenEvent): LogEntry[] {
  const [newest, ...older] = log
  if (newest && isSame(newest.event, event))
    return [{ ...newest, event, times: newest.times + 1 }, ...older]
  return [{ id: (newest?.id ?? 0) + 1, event, times: 1 }, ...log].slice(0, MAX_LOG)
}

function isSame(one: TokenEvent, other: TokenEvent): boolean {
  if (one.type !== 'refused' && one.type !== 'replayed') return false
  return (
    one.type === other.type &&
    one.audience === other.audience &&
    one.generation === other.generation
  )
}

function withLane(
  lanes: Activity['lanes'],
  audience: string,
  change: (lane: Lane) => Lane,
): Activity['lanes'] {
  return new Map(lanes).set(audience, change(lanes.get(audience) ?? EMPTY_LANE))
}

/** What lies ahead was noted by a clock that has been set back since. */
function withoutFuture(lanes: Activity['lanes'], now: number): Activity['lanes'] {
  return new Map(
    Array.from(lanes, ([audience, { generations, ticks }]) => [
      audience,
      {
        generations: generations.filter(({ mintedAt }) => mintedAt <= now),
        ticks: ticks.filter(({ at }) => at <= now),
      },
    ]),
  )
}

function isRecent(now: number): (generation: Generation) => boolean {
  return ({ expiresAt }) => expiresAt > now - KEPT_MS
}
