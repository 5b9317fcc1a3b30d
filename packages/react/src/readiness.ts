/** Whether all of some audiences can be used, and could before their renewal. */
import type { TokenClient, TokenError } from '@valetkey/client'
import { madeOnce } from './made-once.ts'
import { ownerOf } from './vault-query-key.ts'

/** The same object until it changes. */
export interface ReadinessState {
  /** An error is one that asking again does not mend. */
  readonly state: 'ready' | 'waiting' | TokenError
  /** Another text for another identity. */
  readonly era: string
}

export interface Readiness {
  readonly snapshot: () => ReadinessState
  /** Tells of changes, and keeps the tokens fresh, until released. */
  readonly subscribe: (listener: () => void) => () => void
  /** Settles when looking again is worth while; the same promise until then. */
  readonly news: () => Promise<void>
}

/** What there is on a server, and while hydrating. */
const WAITING: ReadinessState = Object.freeze({ state: 'waiting', era: '' })
export const waiting = (): ReadinessState => WAITING

const kept = madeOnce<Readiness>()

/** The same for every component that needs the same. */
export function readinessOf(client: TokenClient, targets: readonly string[]): Readiness {
  return kept(client, JSON.stringify(targets), () => createReadiness(client, targets))
}

function createReadiness(client: TokenClient, targets: readonly string[]): Readiness {
  const listeners = new Set<() => void>()
  let resets = 0
  let known = WAITING
  /** In which era all were ready at once, if somebody has looked ever since. */
  let readyIn: string | undefined
  let coming: Promise<void> | undefined

  function snapshot(): ReadinessState {
    const era = `${resets} ${ownerOf(client)}`
    const all = targets.map((target) => client.status(target))
    const final = all.find(({ error }) => error?.retryable === false)?.error
    const isReady = readyIn === era || all.every(({ status }) => status === 'ready')
    const state = final ?? (isReady ? 'ready' : 'waiting')
    if (known.state !== state || known.era !== era) known = { state, era }
    return known
  }
  function look(): void {
    const { state, era } = snapshot()
    readyIn = state === 'ready' ? era : undefined
    for (const listener of listeners) listener()
  }
  function start(): () => void {
    const ends = [
      ...targets.map((target) => client.keepFresh(target)),
      ...targets.map((target) => client.subscribe(target, look)),
      client.on('identity-changed', () => {
        resets += 1
        look()
      }),
    ]
    look()
    return () => {
      for (const end of ends) end()
      readyIn = undefined
    }
  }

  let end = () => {}
  function subscribe(listener: () => void): () => void {
    if (listeners.size === 0) end = start()
    // One function may subscribe twice.
    const own = () => listener()
    listeners.add(own)
    return () => {
      if (listeners.delete(own) && listeners.size === 0) end()
    }
  }
  const news = (): Promise<void> => (coming ??= nextChange(subscribe, () => (coming = undefined)))
  return { snapshot, subscribe, news }
}

/** Lets go at the next change: nobody says that what suspended is no longer wanted. */
function nextChange(subscribe: Readiness['subscribe'], forget: () => void): Promise<void> {
  let settle = () => {}
  // Not in the executor: what it throws is for whoever renders.
  const release = subscribe(() => {
    release()
    forget()
    settle()
  })
  return new Promise((resolve) => {
    settle = resolve
  })
}
