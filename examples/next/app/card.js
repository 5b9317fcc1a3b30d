'use client'
/** The card's number, behind a gate. */
import { useTokenStatus } from '@valetkey/react'
import { useCard } from './use-card'

export function Card() {
  const { data, status } = useCard()
  const isReady = useTokenStatus('cards', (token) => token.status === 'ready')
  return (
    <p>{data ? `Card ending in ${data.last4}, token ${isReady ? 'ready' : 'gone'}` : status}</p>
  )
}
