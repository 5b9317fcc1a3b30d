/** What is thrown on the way to an answer, as the error that the answer may tell. */
import type { Report } from './events.ts'
import { OAuthError } from './oauth-error.ts'
import { describeError } from './redact.ts'

/** A bug is told to the operator in its own words, to everybody else as `server_error`. */
export function knownError(report: Report, error: unknown, requestId?: string): OAuthError {
  if (error instanceof OAuthError) return error
  const detail = describeError(error)
  report({ event: 'fault', where: 'broker', ...(requestId !== undefined && { requestId }), detail })
  return new OAuthError('server_error', 'The broker has failed', { cause: error })
}
