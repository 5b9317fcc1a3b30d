/** The event log's sentences. */
import type { TokenEvent } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../src/activity-state.ts'
import { linesOf } from '../src/bench/event-words.ts'

const nameOf = (audience: string) => `Node ${audience}`
const refreshed = (audience: string, mintedAt: number): TokenEvent => ({
  type: 'refreshed',
  at: mintedAt + 5,
  audience,
  generation: 2,
  mintedAt,
  refreshAt: mintedAt + 6000,
  expiresAt: mintedAt + 9400,
  lifetimeMs: 9400,
})

const log = (...events: TokenEvent[]): LogEntry[] =>
  events.map((event, index) => ({ id: events.length - index, event, times: 1 }))

describe('linesOf', () => {
  it('puts the tokens of one answer into one line, in the order of their names', () => {
    const lines = linesOf(log(refreshed('3', 10), refreshed('1', 10), refreshed('2', 4)), nameOf)
    expect(lines.map(({ words }) => words)).toEqual([
      'Node 1, Node 3: new tokens serve, for 9.4 s.',
      'Node 2: a new token serves, for 9.4 s.',
    ])
  })

  it('says whether a request was made before the token was needed', () => {
    const request = { type: 'request', at: 1, audiences: ['1', '2'] } as const
    const [early, needed] = linesOf(
      log({ ...request, background: true }, { ...request, background: false }),
      nameOf,
    )
    expect(early?.words).toBe('Asked the broker for Node 1, Node 2, before it was needed.')
    expect(needed?.words).toBe('Asked the broker for Node 1, Node 2.')
  })

  it('says of a failed renewal whether the old token still serves', () => {
    const failed = {
      type: 'refresh-failed',
      at: 1,
      audience: '1',
      code: 'broker_unreachable',
      retryAt: 5,
    } as const
    const [served, bare] = linesOf(
      log({ ...failed, servedOld: true }, { ...failed, servedOld: false }),
      nameOf,
    )
    expect(served?.words).toBe(
      'Node 1: no new token (broker_unreachable); the old one still serves.',
    )
    expect(bare?.words).toBe('Node 1: no new token (broker_unreachable).')
  })

  it('says how often the same happened', () => {
    const event: TokenEvent = { type: 'refused', at: 1, audience: '1', generation: 4 }
    const [line] = linesOf([{ id: 1, event, times: 200 }], nameOf)
    expect(line?.words).toBe('Node 1 refused token 4 with a 401. (200 times)')
  })

  it('gives each line a key of its own', () => {
    const events = log(refreshed('1', 10), refreshed('2', 4), refreshed('1', 2))
    const keys = linesOf(events, nameOf).map(({ key }) => key)
    expect(new Set(keys).size).toBe(3)
  })
})
