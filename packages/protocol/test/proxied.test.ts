import { describe, expect, it } from 'vitest'
import { brokerRefusalIn, vaultRetryAfterMs } from '../src/index.ts'

const ofBroker = new Headers({ 'X-Valet-Key': '1' })
const none = { reason: undefined, retryable: false, retryAfterMs: undefined }

describe('the answer to a proxied call', () => {
  it('is the vault’s where the broker’s header is missing, whatever it holds', () => {
    expect(brokerRefusalIn(new Headers(), { error: 'server_error' })).toBeUndefined()
  })

  it.each<[string, unknown, object]>([
    [
      'a problem',
      { error: 'temporarily_unavailable', retryable: true, retry_after: 1.5 },
      { reason: 'temporarily_unavailable', retryable: true, retryAfterMs: 1_500 },
    ],
    ['a problem without a wait', { error: 'server_error' }, { ...none, reason: 'server_error' }],
    ['words in place of a code', { error: 'the key is abc' }, none],
    ['what claims a wait of no time', { retryable: 'yes', retry_after: -1 }, none],
    ['a list', ['server_error'], none],
    ['a page', '<html>', none],
    ['nothing', undefined, none],
  ])('is the broker’s own as %s', (_, problem, expected) => {
    expect(brokerRefusalIn(ofBroker, problem)).toEqual(expected)
  })

  it.each([
    ['7', 7_000],
    [' 120 ', 120_000],
    ['0', 0],
    ['1.5', undefined],
    ['Sun, 22 Nov 2026 10:01:00 GMT', undefined],
  ])('with Retry-After %s is waited for %s ms', (text, expected) => {
    expect(vaultRetryAfterMs(new Headers({ 'retry-after': text }))).toBe(expected)
  })

  it('without Retry-After is waited for as one likes', () => {
    expect(vaultRetryAfterMs(new Headers())).toBeUndefined()
  })
})
