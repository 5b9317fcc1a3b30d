/** What the events say about each audience: its tokens, and what was done with them (pure). */
import type { TokenEvent, TokenStatus } from '@valetkey/client'

/** One token. Instants in epoch milliseconds. */
export interface Generation {
  readonly generation: number
  readonly mintedAt: number
  readonly refreshAt: number
  readonly expiresAt: number
  /** When it stopped serving, if that was before its end: another took over, or the identity changed. */
  readonly endedAt: number | undefined
}

export type MarkKind = 'request' | 'failure' | 'call' | 'refusal'

export interface Mark {
  readonly kind: MarkKind
  readonly at: number
}

export interface Lane {
  readonly audience: string
  readonly status: TokenStatus
  /** Oldest first. */
  readonly generations: readonly Generation[]
  readonly marks: readonly Mark[]
}

/** Audiences that an event is about. */
function audiencesOf(event: TokenEvent): readonly string[] {
  if ('audiences' in event) return event.audiences
  return 'audience' in event ? [event.audience] : []
}

/** One lane for each audience and group the events name, in the order in which they first do. */
export function lanesOf(
  events: readonly TokenEvent[],
  statusOf: (audience: string) => TokenStatus,
): Lane[] {
  const perAudience = new Map<string, TokenEvent[]>()
  for (const event of events) {
    const about = event.type === 'identity-changed' ? perAudience.keys() : audiencesOf(event)
    for (const audience of about) {
      const own = perAudience.get(audience) ?? []
      own.push(event)
      perAudience.set(audience, own)
    }
  }
  return [...perAudience].map(([audience, own]) => ({
    audience,
    status: statusOf(audience),
    generations: generationsOf(own),
    marks: own.flatMap(({ type, at }) => {
      const kind = KINDS[type]
      return kind === undefined ? [] : [{ kind, at }]
    }),
  }))
}

const KINDS: Partial<Record<TokenEvent['type'], MarkKind>> = {
  request: 'request',
  'refresh-failed': 'failure',
  call: 'call',
  refused: 'refusal',
}

function generationsOf(events: readonly TokenEvent[]): Generation[] {
  return events.flatMap((event, index) => {
    if (event.type !== 'refreshed') return []
    const { generation, mintedAt, refreshAt, expiresAt } = event
    // A token for another scope has a count of its own, and takes nothing over.
    const end = events
      .slice(index + 1)
      .find(
        (later) =>
          later.type === 'identity-changed' ||
          (later.type === 'refreshed' && later.generation === generation + 1),
      )
    const endedAt = end !== undefined && end.at < expiresAt ? end.at : undefined
    return [{ generation, mintedAt, refreshAt, expiresAt, endedAt }]
  })
}
