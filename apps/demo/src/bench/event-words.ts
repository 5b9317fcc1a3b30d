/** One event of the token client, said in a sentence. */
import type { TokenEvent } from '@valetkey/client'
import { seconds } from '../ui/words.ts'

/** @param nameOf What the page calls an audience. */
export function eventInWords(event: TokenEvent, nameOf: (audience: string) => string): string {
  switch (event.type) {
    case 'request': {
      const names = event.audiences.map(nameOf).join(', ')
      return `Asked the broker for ${names}${event.background ? ', before it was needed' : ''}.`
    }
    case 'refreshed':
      return `${nameOf(event.audience)}: token ${event.generation} serves, for ${seconds(event.lifetimeMs)}.`
    case 'refresh-failed':
      return `${nameOf(event.audience)}: no new token (${event.code})${event.servedOld ? '; the old one still serves' : ''}.`
    case 'call':
      return `${nameOf(event.audience)} answered ${event.status} in ${Math.round(event.durationMs)} ms.`
    case 'refused':
      return `${nameOf(event.audience)} refused token ${event.generation} with a 401.`
    case 'replayed':
      return `${nameOf(event.audience)}: sent the call again with token ${event.generation}.`
    case 'replay-skipped':
      return `${nameOf(event.audience)}: did not send the call again (${event.why}).`
    case 'same-token':
      return `${nameOf(event.audience)}: the broker stands by the refused token.`
    case 'token-rejected':
      return `${nameOf(event.audience)}: the new token was refused too.`
    case 'clock-jump':
      return `The clock jumped by ${seconds(Math.abs(event.driftMs))}: sleep, or somebody set it.`
    case 'short-lifetime':
      return `${nameOf(event.audience)}: tokens live too briefly to renew ahead.`
    case 'session-expired':
      return 'The session is over. Sign in again.'
    case 'identity-changed':
      return 'Somebody else is signed in: every token is forgotten.'
    case 'wake':
      return `Looked at the clock again (${event.cause}).`
    case 'disposed':
      return 'The client has ended.'
  }
}
