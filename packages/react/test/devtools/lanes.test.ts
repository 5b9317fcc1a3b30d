import type { TokenEvent, TokenStatus } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import { lanesOf } from '../../src/devtools/lanes.ts'

const IDLE: TokenStatus = {
  status: 'idle',
  isRefreshing: false,
  expiresAt: undefined,
  refreshAt: undefined,
  mintedAt: undefined,
  generation: 0,
  error: undefined,
  members: undefined,
}

const minted = (audience: string, generation: number, mintedAt: number): TokenEvent => ({
  type: 'refreshed',
  at: mintedAt + 5,
  audience,
  generation,
  mintedAt,
  refreshAt: mintedAt + 70,
  expiresAt: mintedAt + 100,
  lifetimeMs: 100,
})
const lanesFrom = (...events: TokenEvent[]) => lanesOf(events, () => IDLE)

describe('lanes', () => {
  it('are one for each audience and group that an event names, in that order', () => {
    const lanes = lanesFrom(
      { type: 'request', at: 1, audiences: ['records', 'cards'], background: false },
      minted('records/a', 1, 1),
      { type: 'wake', at: 3, cause: 'online' },
    )
    expect(lanes.map(({ audience }) => audience)).toEqual(['records', 'cards', 'records/a'])
  })

  it('hold the tokens, each until the next took over', () => {
    const [lane] = lanesFrom(minted('cards', 1, 0), minted('cards', 2, 70), minted('cards', 3, 300))
    expect(lane?.generations.map(({ generation, endedAt }) => [generation, endedAt])).toEqual([
      [1, 75],
      [2, undefined],
      [3, undefined],
    ])
    expect(lane?.generations[0]).toMatchObject({ mintedAt: 0, refreshAt: 70, expiresAt: 100 })
  })

  it('end their tokens with the identity, though nothing in that event names them', () => {
    const [cards, notes] = lanesFrom(
      minted('cards', 1, 0),
      minted('notes', 1, 0),
      { type: 'identity-changed', at: 20, cause: 'reset' },
      minted('cards', 1, 30),
    )
    expect(cards?.generations.map(({ endedAt }) => endedAt)).toEqual([20, undefined])
    expect(notes?.generations.map(({ endedAt }) => endedAt)).toEqual([20])
  })

  it('do not take the token of another scope, counted apart, for a successor', () => {
    const [lane] = lanesFrom(minted('cards', 1, 0), minted('cards', 1, 10))
    expect(lane?.generations.map(({ endedAt }) => endedAt)).toEqual([undefined, undefined])
  })

  it('mark what was asked, what failed, what was called and what a vault refused', () => {
    const [lane] = lanesFrom(
      { type: 'request', at: 1, audiences: ['cards'], background: true },
      {
        type: 'refresh-failed',
        at: 2,
        audience: 'cards',
        code: 'offline',
        servedOld: false,
        retryAt: undefined,
      },
      { type: 'call', at: 3, audience: 'cards', status: 200, durationMs: 1, generation: 1 },
      { type: 'refused', at: 4, audience: 'cards', generation: 1 },
      { type: 'replayed', at: 5, audience: 'cards', generation: 2 },
    )
    expect(lane?.marks.map(({ kind, at }) => `${kind} ${at}`)).toEqual([
      'request 1',
      'failure 2',
      'call 3',
      'refusal 4',
    ])
  })
})
