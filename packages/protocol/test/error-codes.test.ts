import { expect, it } from 'vitest'
import { isRetryableWireError, isWireErrorCode, WIRE_ERRORS } from '../src/error-codes.ts'

it('says retry for limits and for what went wrong behind the broker, and for nothing else', () => {
  const retryable = Object.keys(WIRE_ERRORS).filter(
    (code) => isWireErrorCode(code) && isRetryableWireError(code),
  )
  expect(retryable).toEqual([
    'rate_limited',
    'server_error',
    'upstream_invalid',
    'upstream_auth',
    'temporarily_unavailable',
    'upstream_timeout',
  ])
})

it('knows its own codes only', () => {
  expect(isWireErrorCode('invalid_session')).toBe(true)
  for (const code of ['', 'toString', '__proto__', 'constructor', 'INVALID_SESSION', 401, null])
    expect(isWireErrorCode(code)).toBe(false)
})
