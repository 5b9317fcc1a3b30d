'use client'
/** The hook that listens to the client's events. */
import type { TokenEvent, TokenEventMap, TokenEventType } from '@valetkey/client'
import { useEffect, useRef } from 'react'
import { useTokenClient } from './use-token-client.ts'

/** The event a type stands for; `*` stands for all of them. */
export type TokenEventOf<T extends TokenEventType | '*'> = T extends TokenEventType
  ? TokenEventMap[T]
  : TokenEvent

/**
 * Calls `handler` at every event of one type (or of all: `*`) while mounted. The handler is the one of
 * the latest render, and need not be the same function each time. Events hold no token, and render nothing.
 *
 * @example
 * ```tsx
 * useTokenEvent('session-expired', () => navigate('/login'))
 * ```
 */
export function useTokenEvent<T extends TokenEventType | '*'>(
  type: T,
  handler: (event: TokenEventOf<T>) => void,
): void {
  const client = useTokenClient()
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  }, [handler])
  useEffect(() => client.on(type, (event) => latest.current(event)), [client, type])
}
