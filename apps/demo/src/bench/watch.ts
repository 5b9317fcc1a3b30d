/** Gathers what the token client does while an experiment lasts. */
import type { TokenEvent, TokenEventMap, TokenEventType } from '@valetkey/client'
import { tokens } from '../tokens.ts'

export interface Watch {
  /** What happened so far of one kind, oldest first. */
  seen<T extends TokenEventType>(type: T): TokenEventMap[T][]
  stop(): void
}

/** Starts to gather. */
export function startWatching(): Watch {
  const events: TokenEvent[] = []
  const stop = tokens.on('*', (event) => void events.push(event))
  const isOf = <T extends TokenEventType>(type: T) => {
    return (event: TokenEvent): event is TokenEvent & TokenEventMap[T] => event.type === type
  }
  return { seen: (type) => events.filter(isOf(type)), stop }
}

/** The next event of one kind; `undefined` if none comes in time. */
export function nextOf<T extends TokenEventType>(
  type: T,
  withinMs: number,
): Promise<TokenEventMap[T] | undefined> {
  return new Promise((resolve) => {
    const end = (event?: TokenEventMap[T]) => {
      clearTimeout(timer)
      stop()
      resolve(event)
    }
    const timer = setTimeout(end, withinMs)
    const stop = tokens.on(type, (event) => end(event as TokenEventMap[T]))
  })
}
