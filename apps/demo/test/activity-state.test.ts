/** What the page shows of the token client's events. */
import type { TokenEvent } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import { type Activity, NOTHING, withEvent } from '../src/activity-state.ts'

const at = 1_000_000
const node = 'records/did:nil:node'

const refreshed = (generation: number, mintedAt = at): TokenEvent => ({
  type: 'refreshed',
  at: mintedAt,
  audience: node,
  generation,
  mintedAt,
  refreshAt: mintedAt + 6000,
  expiresAt: mintedAt + 10_000,
  lifetimeMs: 10_000,
})
const call = (status: number): TokenEvent => ({
  type: 'call',
  at,
  audience: node,
  status,
  durationMs: 3,
  generation: 1,
})
const after = (...events: TokenEvent[]): Activity => events.reduce(withEvent, NOTHING)

describe('withEvent', () => {
  it('counts tokens, requests and refusals', () => {
    const activity = after(
      { type: 'request', at, audiences: [node], background: false },
      refreshed(1),
      refreshed(2),
      { type: 'refused', at, audience: node, generation: 2 },
    )
    expect(activity).toMatchObject({ tokensReceived: 2, brokerRequests: 1, refusals: 1 })
    expect(activity.lanes.get(node)?.generations.map(({ generation }) => generation)).toEqual([
      1, 2,
    ])
  })

  it('counts no leave to call through the broker as a token, and draws it all the same', () => {
    const leave = { ...refreshed(1), audience: 'wallet-proxied' } as TokenEvent
    const { tokensReceived, lanes } = after(refreshed(1), leave)
    expect(tokensReceived).toBe(1)
    expect(lanes.get('wallet-proxied')?.generations).toHaveLength(1)
  })

  it('takes a token that is handed out again for the one it is', () => {
    const { lanes, tokensReceived } = after(refreshed(1), refreshed(1, at + 5000), refreshed(2))
    expect(tokensReceived).toBe(2)
    expect(lanes.get(node)?.generations.map(({ mintedAt }) => mintedAt)).toEqual([at, at])
  })

  it('counts a call as served only if the node did what was asked', () => {
    const activity = after(call(200), call(401), call(500))
    expect(activity.callsServed).toBe(1)
    expect(activity.lanes.get(node)?.ticks).toHaveLength(3)
  })

  it('counts direct and proxied calls apart, whichever vault', () => {
    const proxied = { ...call(200), audience: 'patients-proxied' } as TokenEvent
    expect(after(call(200), proxied, proxied)).toMatchObject({
      callsServed: 3,
      directCalls: 1,
      proxiedCalls: 2,
    })
  })

  it('keeps calls out of the log, newest event first', () => {
    const { log } = after(refreshed(1), call(200), { type: 'wake', at, cause: 'visible' })
    expect(log.map(({ event }) => event.type)).toEqual(['wake', 'refreshed'])
  })

  it('logs the same refusal again and again as one entry, under a key of its own', () => {
    const refused: TokenEvent = { type: 'refused', at, audience: node, generation: 1 }
    const replayed: TokenEvent = { ...refused, type: 'replayed', generation: 2 }
    const { log } = after(refused, refused, refused, replayed, replayed)
    expect(log.map(({ event, times }) => [event.type, times])).toEqual([
      ['replayed', 2],
      ['refused', 3],
    ])
    expect(new Set(log.map(({ id }) => id)).size).toBe(2)
  })

  it('forgets everything of the last user', () => {
    const activity = after(refreshed(1), call(200), {
      type: 'identity-changed',
      at,
      cause: 'reset',
    })
    expect({ ...activity, log: [] }).toEqual(NOTHING)
  })

  it('moves a token to where it serves, once the clock was set ahead', () => {
    const { lanes, tokensReceived } = after(refreshed(1), refreshed(1, at + 600_000))
    expect(tokensReceived).toBe(1)
    expect(lanes.get(node)?.generations.map(({ mintedAt }) => mintedAt)).toEqual([at + 600_000])
  })

  it('forgets what lies ahead once the clock was set back', () => {
    const { lanes } = after(refreshed(1), refreshed(2, at + 600_000), {
      type: 'clock-jump',
      at: at + 1000,
      driftMs: -599_000,
    })
    expect(lanes.get(node)?.generations.map(({ generation }) => generation)).toEqual([1])
  })

  it('grows without end in no respect', () => {
    const calls = Array.from({ length: 1000 }, () => call(200))
    const tokens = Array.from({ length: 1000 }, (_, index) => refreshed(index, at + index))
    const activity = after(...calls, ...tokens)
    expect(activity.lanes.get(node)?.ticks.length).toBeLessThanOrEqual(400)
    expect(activity.lanes.get(node)?.generations.length).toBeLessThanOrEqual(120)
    expect(activity.log.length).toBeLessThanOrEqual(60)
  })
})
