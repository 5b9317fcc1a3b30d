import { TokenError } from '@valetkey/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { retryRules } from '../src/retry.ts'

const refused = new TokenError('invalid_target', 'No')
const down = new TokenError('broker_unreachable', 'No answer')
const vendorError = (retryable: unknown) => Object.assign(new Error('vault'), { retryable })

describe('retry', () => {
  const { retry } = retryRules<unknown>({})

  it('gives up at once when the error says that trying again is of no use', () => {
    expect(retry(0, refused)).toBe(false)
    expect(retry(0, vendorError(false))).toBe(false)
  })

  it('tries three times after any other error', () => {
    for (const error of [down, vendorError(true), vendorError('no'), new Error('x'), 'x', null]) {
      expect([0, 1, 2, 3].map((count) => retry(count, error))).toEqual([true, true, true, false])
    }
  })

  it("goes by the app's number, boolean or function, but not after a final error", () => {
    const counts = (app: Parameters<typeof retryRules>[0]['retry'], error: unknown) =>
      [0, 1, 2].map((count) => retryRules<unknown>({ retry: app }).retry(count, error))

    expect(counts(1, down)).toEqual([true, false, false])
    expect(counts(false, down)).toEqual([false, false, false])
    expect(counts(true, down)).toEqual([true, true, true])
    expect(counts((count) => count < 2, down)).toEqual([true, true, false])
    expect(counts(true, refused)).toEqual([false, false, false])
    expect(counts(() => true, refused)).toEqual([false, false, false])
  })
})

describe('retryDelay', () => {
  afterEach(() => {
    vi.useRealTimers()
  })
  const delay = (count: number, error: unknown) => {
    const { retryDelay } = retryRules<unknown>({})
    return typeof retryDelay === 'number' ? retryDelay : retryDelay(count, error)
  }

  it('doubles from one second up to thirty', () => {
    expect([0, 1, 2, 9].map((count) => delay(count, down))).toEqual([1000, 2000, 4000, 30_000])
  })

  it('waits until the client would ask again, five minutes at most', () => {
    vi.useFakeTimers()
    const until = (ms: number) =>
      new TokenError('rate_limited', 'Slow down', { retryAt: Date.now() + ms })

    expect(delay(0, until(60_000))).toBe(60_000)
    expect(delay(0, until(20))).toBe(1000)
    expect(delay(0, until(-5000))).toBe(1000)
    expect(delay(0, until(86_400_000))).toBe(300_000)
  })

  it("is the app's where it has one", () => {
    expect(retryRules({ retryDelay: 5 }).retryDelay).toBe(5)
  })
})
