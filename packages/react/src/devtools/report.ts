/** What the panel knows, as JSON for a bug report: instants and names, and nothing to call a vault with. */
import type { TokenError } from '@valetkey/client'
import type { Recording } from './recorder.ts'

/** Instants in epoch milliseconds, by the local wall clock. */
export function reportOf({ events, lanes }: Recording, takenAt: number): string {
  const audiences = lanes.map(({ audience, status: { error, ...status }, generations }) => ({
    audience,
    ...status,
    error: error && errorFacts(error),
    generations,
  }))
  return JSON.stringify({ from: '@valetkey/react/devtools', takenAt, audiences, events }, null, 2)
}

/** Its message and its cause may quote what a server said. */
function errorFacts({ code, phase, status, retryable, retryAt }: TokenError): object {
  return { code, phase, status, retryable, retryAt }
}
