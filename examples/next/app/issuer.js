'use client'
/** The card's issuer, suspended until the card is there. */
import { useSuspenseCard } from './use-card'

export function Issuer() {
  const { data } = useSuspenseCard()
  return <p>{`Issuer: ${data.issuer}`}</p>
}
