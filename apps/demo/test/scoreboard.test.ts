/** The score of the app's vault calls. */
import { TokenError } from '@valetkey/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setClockOff } from '../src/bench/machine.ts'
import { currentScore, forgetScore, noteCall } from '../src/bench/scoreboard.ts'

const node = 'records/did:nil:node'

beforeEach(forgetScore)
afterEach(() => setClockOff(0))

describe('the score', () => {
  it('counts what failed for no reason, and an answer that is no success for an answer', () => {
    noteCall(node, { status: 200 })
    noteCall(node, { status: 404 })
    noteCall(node, { status: 401 })
    noteCall(node, { error: new TypeError('Failed to fetch') })
    noteCall(node, { error: new TokenError('broker_unreachable') })
    expect(currentScore()).toEqual({ made: 5, failed: 3, failedDue: 0 })
  })

  it('excuses a vault that this browser never reached, until it has answered once', () => {
    const silence = { error: new TypeError('Failed to fetch') }
    noteCall('patients', silence)
    noteCall('patients', { status: 200 })
    noteCall('patients', silence)
    expect(currentScore()).toEqual({ made: 3, failed: 1, failedDue: 1 })
  })

  it('leaves out the calls of a user who left', () => {
    noteCall(node, { error: new TokenError('identity_changed') })
    expect(currentScore().made).toBe(0)
  })

  it('does not take a wrong clock for a reason', () => {
    setClockOff(600_000)
    noteCall(node, { error: new TokenError('min_remaining_unmet') })
    expect(currentScore()).toMatchObject({ failed: 1, failedDue: 0 })
  })
})

describe('the clock', () => {
  it('is as wrong as it was put, for the wall alone, and right again afterwards', () => {
    const { now } = Date
    const before = { wall: Date.now(), mono: performance.now() }
    setClockOff(600_000)
    expect(Date.now() - before.wall).toBeGreaterThanOrEqual(600_000)
    expect(performance.now() - before.mono).toBeLessThan(60_000)
    setClockOff(0)
    expect(Date.now).toBe(now)
  })
})
