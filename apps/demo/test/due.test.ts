/** Which failures the scoreboard excuses. */
import { TokenError } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import {
  type Circumstances,
  isBesideThePoint,
  isDue,
  isFailure,
  type Outcome,
} from '../src/bench/due.ts'

const ALL_WELL: Circumstances = {
  isOffline: false,
  isVaultDown: false,
  isBrokerBroken: false,
  isTokenUsable: true,
  isReachable: true,
}
const noToken: Outcome = { error: new TokenError('temporarily_unavailable') }
const noAnswer: Outcome = { error: new TypeError('Failed to fetch') }

describe('isFailure', () => {
  it('takes a 401, a 500 and silence for failures, a 404 and a 403 for answers', () => {
    const failures = [{ status: 401 }, { status: 502 }, noAnswer, noToken]
    expect(failures.filter(isFailure)).toEqual(failures)
    expect([{ status: 200 }, { status: 404 }, { status: 403 }].filter(isFailure)).toEqual([])
  })
})

describe('isBesideThePoint', () => {
  it('leaves out calls of a user who left, and those that were never granted', () => {
    expect(isBesideThePoint({ error: new TokenError('identity_changed') })).toBe(true)
    expect(isBesideThePoint({ error: new TokenError('invalid_target') })).toBe(true)
    expect(isBesideThePoint(noToken)).toBe(false)
    expect(isBesideThePoint({})).toBe(false)
  })
})

describe('isDue', () => {
  it('excuses nothing where all is well', () => {
    for (const outcome of [noToken, noAnswer, { status: 401 }, { status: 500 }])
      expect(isDue(outcome, ALL_WELL)).toBe(false)
  })

  it('excuses whatever fails offline, or at a vault that is down', () => {
    for (const outcome of [noToken, noAnswer, { status: 502 }]) {
      expect(isDue(outcome, { ...ALL_WELL, isOffline: true })).toBe(true)
      expect(isDue(outcome, { ...ALL_WELL, isVaultDown: true })).toBe(true)
    }
  })

  it('takes a broken broker for a reason only once no usable token is left', () => {
    const broken = { ...ALL_WELL, isBrokerBroken: true }
    expect(isDue(noToken, broken)).toBe(false)
    expect(isDue(noToken, { ...broken, isTokenUsable: false })).toBe(true)
    expect(isDue(noToken, { ...ALL_WELL, isTokenUsable: false })).toBe(false)
  })

  it('excuses silence of a vault that this browser never reached, and no refusal of a token', () => {
    const unreached = { ...ALL_WELL, isReachable: false }
    expect(isDue(noAnswer, unreached)).toBe(true)
    expect(isDue(noToken, unreached)).toBe(false)
    expect(isDue({ status: 401 }, unreached)).toBe(false)
  })
})
