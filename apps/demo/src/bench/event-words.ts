/** One event of the token client, said in a sentence. */
import type { TokenEvent } from '@valetkey/client'
import type { LogEntry } from '../activity-state.ts'
import { seconds } from '../ui/words.ts'

export interface LogLine {
  key: number
  at: number
  words: string
}

type NameOf = (audience: string) => string
type Refreshed = TokenEvent & { type: 'refreshed' }

/** The log's lines; tokens that came in one answer share one. Newest first, as the entries are. */
export function linesOf(log: readonly LogEntry[], nameOf: NameOf): LogLine[] {
  const lines: LogLine[] = []
  let together: Refreshed[] = []
  let key = 0
  const close = () => {
    if (together.length > 0) lines.push({ key, ...lineOfAnswer(together, nameOf) })
    together = []
  }
  for (const { id, event, times } of log) {
    if (event.type !== 'refreshed' || event.mintedAt !== together[0]?.mintedAt) close()
    key = id
    if (event.type === 'refreshed') together.push(event)
    else lines.push({ key, at: event.at, words: repeated(eventInWords(event, nameOf), times) })
  }
  close()
  return lines
}

function lineOfAnswer(tokens: Refreshed[], nameOf: NameOf): Omit<LogLine, 'key'> {
  const [first] = tokens
  const names = tokens
    .map(({ audience }) => nameOf(audience))
    .toSorted((a, b) => a.localeCompare(b))
  const what = tokens.length === 1 ? 'a new token serves' : 'new tokens serve'
  const lives = tokens.map(({ lifetimeMs }) => lifetimeMs)
  const [shortest, longest] = [Math.min(...lives), Math.max(...lives)].map(precise)
  const howLong = shortest === longest ? shortest : `${shortest} to ${longest}`
  const words = `${names.join(', ')}: ${what}, for ${howLong}.`
  return { at: first?.at ?? 0, words }
}

function repeated(words: string, times: number): string {
  return times === 1 ? words : `${words} (${times} times)`
}

/** Tenths where they matter: a token of 10 s lives for 9.4 s if its expiry counts in whole seconds. */
function precise(durationMs: number): string {
  return durationMs < 60_000 ? `${(durationMs / 1000).toFixed(1)} s` : seconds(durationMs)
}

/** @param nameOf What the page calls an audience. */
function eventInWords(event: TokenEvent, nameOf: NameOf): string {
  switch (event.type) {
    case 'request': {
      const names = event.audiences.map(nameOf).join(', ')
      return `Asked the broker for ${names}${event.background ? ', before it was needed' : ''}.`
    }
    case 'refreshed':
      return `${nameOf(event.audience)}: token ${event.generation} serves, for ${precise(event.lifetimeMs)}.`
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
      return 'The user changed: every token from before is forgotten.'
    case 'wake':
      return `Looked at the clock again (${event.cause}).`
    case 'disposed':
      return 'The client has ended.'
  }
}
