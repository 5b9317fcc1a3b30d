/** Plays a million clients: the client's own rules over an event queue, one number here for each fact there. */
import * as policy from '../../src/refresh-policy.ts'
import { draw, drawWaitMs } from '../../src/retry-budget.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import { type Calls, countCall, createCalls, nextCallAt, type World } from './world.ts'

/** What the fleet knows, by client; times in milliseconds. */
interface Fleet {
  readonly world: World
  readonly queue: EventQueue
  /** Failures in a row, and since when refreshes fail. */
  readonly failures: Uint8Array
  readonly failingSince: Float64Array
  readonly budgetFullAt: Float64Array
  /** When the present token is no longer handed out, and when it expires. */
  readonly hardAt: Float64Array
  readonly endsAt: Float64Array
  /** A call is in the queue: calls are played one by one while a client is in trouble. */
  readonly calling: Uint8Array
  readonly calls: Calls
}

/** Plays a plan from its first arrival to its end; the world counts the requests. */
export function playFleet(world: World): Calls {
  const { clients, endMs } = world.plan
  const fleet = createFleet(world)
  const { queue } = fleet
  for (let client = 0; client < clients; client += 1) queue.push(world.arrivesAt(client), client)
  for (let what = queue.next(endMs); what >= 0; what = queue.next(endMs)) {
    if (what < clients) ask(fleet, what, queue.now)
    else call(fleet, what - clients, queue.now)
  }
  return fleet.calls
}

function createFleet(world: World): Fleet {
  const { clients } = world.plan
  const times = () => new Float64Array(clients)
  return {
    world,
    queue: createEventQueue(2 * clients),
    failures: new Uint8Array(clients),
    failingSince: times().fill(Number.POSITIVE_INFINITY),
    budgetFullAt: times(),
    hardAt: times(),
    endsAt: times(),
    calling: new Uint8Array(clients),
    calls: createCalls(),
  }
}

/** One request of one client. What comes of it decides when it asks again. */
function ask(fleet: Fleet, client: number, now: number): void {
  const { world, queue } = fleet
  if (fleet.failures[client]) spend(fleet, client, now)
  const leftMs = world.request(client, now)
  const tookMs = world.latencyMs(client)
  const settledAt = now + (leftMs === undefined && world.plan.hangs ? policy.DEADLINE_MS : tookMs)
  const nextAt =
    leftMs === undefined
      ? fail(fleet, client, settledAt)
      : receive(fleet, client, { sentAt: now, lifetimeMs: leftMs })
  queue.push(Math.max(nextAt, settledAt + policy.MIN_SLEEP_MS), client)
}

function receive(
  { world, failures, failingSince, hardAt, endsAt }: Fleet,
  client: number,
  { sentAt, lifetimeMs }: { sentAt: number; lifetimeMs: number },
): number {
  const { fixedMarginMs } = world.plan
  const softMs = fixedMarginMs ?? policy.softMarginMs(lifetimeMs, () => world.rules.draw(client))
  failures[client] = 0
  failingSince[client] = Number.POSITIVE_INFINITY
  endsAt[client] = sentAt + lifetimeMs
  hardAt[client] = sentAt + lifetimeMs - policy.hardMarginMs(lifetimeMs)
  return sentAt + Math.max(lifetimeMs - softMs, policy.spacingMs(lifetimeMs))
}

function fail(fleet: Fleet, client: number, now: number): number {
  const { world, failures, failingSince, hardAt, calling, queue } = fleet
  failures[client] = Math.min((failures[client] as number) + 1, 255)
  if (!calling[client]) queue.push(nextCallAt(world.plan, client, now), world.plan.clients + client)
  calling[client] = 1
  const slackMs = (hardAt[client] as number) - now
  if (slackMs > 0) failingSince[client] = Math.min(failingSince[client] as number, now)
  const lastedMs = now - (failingSince[client] as number)
  const maxMs = policy.backoffMaxMs(failures[client] as number, lastedMs)
  const pauseMs = policy.backoffMs(maxMs, slackMs, () => world.rules.draw(client))
  const budgetMs = drawWaitMs({ budgetFullAt: fleet.budgetFullAt[client] as number }, now)
  return now + Math.max(pauseMs, budgetMs)
}

function spend({ budgetFullAt }: Fleet, client: number, now: number): void {
  const budget = { budgetFullAt: budgetFullAt[client] as number }
  draw(budget, now)
  budgetFullAt[client] = budget.budgetFullAt
}

/**
 * One call of the app, while its client is in trouble. A request on its way when it comes has been
 * played already: its token counts, since the call waits for it. That a token is handed out until its
 * hard margin is taken for granted here; the real clients of `real-fleet.ts` show it.
 */
function call(fleet: Fleet, client: number, now: number): void {
  const { world, hardAt, endsAt, calls, queue, calling, failures } = fleet
  const ends = { hardAt: hardAt[client] as number, endsAt: endsAt[client] as number }
  countCall(calls, { now, served: now < ends.hardAt, ...ends })
  calling[client] = failures[client] ? 1 : 0
  if (failures[client]) queue.push(nextCallAt(world.plan, client, now), world.plan.clients + client)
}
