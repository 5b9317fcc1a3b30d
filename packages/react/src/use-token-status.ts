'use client'
/** The hook that shows how an audience's token stands. */
import type { AudienceName, BrokerShape, GroupName, TokenStatus } from '@valetkey/client'
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import type { RegisteredBroker } from './register.ts'
import { useTokenClient } from './use-token-client.ts'

const IDLE: TokenStatus = Object.freeze({
  status: 'idle',
  isRefreshing: false,
  expiresAt: undefined,
  refreshAt: undefined,
  mintedAt: undefined,
  generation: 0,
  error: undefined,
  members: undefined,
})
const whole = (status: TokenStatus) => status

/**
 * How an audience or a group stands; its tokens are kept fresh while the component is mounted. Renders
 * again only when the snapshot changes; with `select`, only when what that returns is another value, so
 * that a renewal renders nothing where only the status is shown. On a server, and while hydrating, it
 * is `idle`.
 *
 * @example
 * ```tsx
 * const { status, expiresAt } = useTokenStatus('records')
 * const isReady = useTokenStatus('records', ({ status }) => status === 'ready')
 * ```
 */
export function useTokenStatus<B extends BrokerShape = RegisteredBroker, T = unknown>(
  target: AudienceName<B> | GroupName<B>,
  select: (status: TokenStatus) => T,
): T
export function useTokenStatus<B extends BrokerShape = RegisteredBroker>(
  target: AudienceName<B> | GroupName<B>,
): TokenStatus
export function useTokenStatus<B extends BrokerShape = RegisteredBroker>(
  target: AudienceName<B> | GroupName<B>,
  select: (status: TokenStatus) => unknown = whole,
): unknown {
  const client = useTokenClient<B>()
  const subscribe = useCallback(
    (listener: () => void) => client.subscribe(target, listener),
    [client, target],
  )
  useEffect(() => client.keepFresh(target), [client, target])
  return useSyncExternalStore(
    subscribe,
    () => select(client.status(target)),
    () => select(IDLE),
  )
}
