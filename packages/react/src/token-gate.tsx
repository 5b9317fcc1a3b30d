'use client'
/** The component whose children need tokens. */
import type { AudienceName, BrokerShape, GroupName, TokenError } from '@valetkey/client'
import { Fragment, type ReactElement, type ReactNode, useSyncExternalStore } from 'react'
import { readinessOf, waiting } from './readiness.ts'
import type { RegisteredBroker } from './register.ts'
import { useTokenClient } from './use-token-client.ts'

export interface TokenGateProps<B extends BrokerShape = RegisteredBroker> {
  /** All of them must be usable. The list may be written in place. */
  audiences: readonly (AudienceName<B> | GroupName<B>)[]
  /** Stands in until they are. @default nothing */
  fallback?: ReactNode
  /**
   * Stands in after an error that asking again does not mend, until there are tokens all the same: after
   * a new login, or the client's `invalidate`. Without it the error goes to the nearest error boundary.
   */
  errorFallback?: (error: TokenError) => ReactNode
  children?: ReactNode
}

/**
 * Shows its children once every audience can be used, and keeps the tokens fresh while mounted. The
 * children stay, state and all, while tokens are renewed and while the broker is out of reach; they go
 * on an error that is final, or when somebody else signs in. A renewal renders nothing. On a server,
 * and while hydrating, it shows the fallback.
 *
 * @example
 * ```tsx
 * <TokenGate audiences={['records']} fallback={<Skeleton />}>
 *   <Records />
 * </TokenGate>
 * ```
 */
export function TokenGate<B extends BrokerShape = RegisteredBroker>({
  audiences,
  fallback,
  errorFallback,
  children,
}: TokenGateProps<B>): ReactElement {
  const { subscribe, snapshot } = readinessOf(useTokenClient<B>(), audiences)
  const { state, era } = useSyncExternalStore(subscribe, snapshot, waiting)
  // The key: what the former user's children hold must not live on in the next one's.
  if (state === 'ready') return <Fragment key={era}>{children}</Fragment>
  if (state === 'waiting') return <>{fallback}</>
  if (errorFallback === undefined) throw state
  return <>{errorFallback(state)}</>
}
