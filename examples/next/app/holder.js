'use client'
/** The card's holder, below a `Suspense`. */
import { useSuspenseTokens } from '@valetkey/react'
import { useCard } from './use-card'

export function Holder() {
  useSuspenseTokens(['cards'])
  const { data, status } = useCard()
  return <p>{data ? `Holder: ${data.holder}` : status}</p>
}
