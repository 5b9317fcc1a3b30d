'use client'
/** The hook that suspends until tokens are there. */
import type { AudienceName, BrokerShape, GroupName } from '@valetkey/client'
import { useSyncExternalStore } from 'react'
import { readinessOf, waiting } from './readiness.ts'
import type { RegisteredBroker } from './register.ts'
import { assertBrowser } from './server-bailout.ts'
import { useTokenClient } from './use-token-client.ts'

/**
 * Suspends until every audience can be used; from then on the tokens are kept fresh while the component
 * is mounted, and renewals render nothing. While the broker is out of reach, what is shown stays. On a
 * server it asks for nothing: the `Suspense` above shows its fallback, and the browser goes on from there.
 *
 * @throws {TokenError} to the nearest error boundary, if asking again does not help.
 * @example
 * ```tsx
 * useSuspenseTokens(['records', 'cards'])
 * ```
 */
export function useSuspenseTokens<B extends BrokerShape = RegisteredBroker>(
  audiences: readonly (AudienceName<B> | GroupName<B>)[],
): void {
  const { subscribe, snapshot, news } = readinessOf(useTokenClient<B>(), audiences)
  const { state } = useSyncExternalStore(subscribe, snapshot, waiting)
  if (state === 'ready') return
  if (state !== 'waiting') throw state
  assertBrowser('useSuspenseTokens')
  // A promise is what React 18 and 19 both wait for; `use` is not in 18.
  throw news()
}
