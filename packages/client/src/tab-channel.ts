/** What the tabs of one app tell one another: who else signed in, what to give up. Never a token. */
import { isRecord } from '@valetkey/protocol'
import { type Core, type Identity, reset } from './token-core.ts'
import type { TabPort, TabScope } from './types.ts'

export interface TabChannel {
  /** Heeds a reset that the channel missed. */
  catchUp(): void
  /** Tells the others to give up a target's tokens. */
  tellInvalid(target: string): void
  leave(): void
}

/**
 * Joins the other tabs that use the same broker. Where the browser denies channel or storage, the other
 * one does what it can; without both, a client is alone.
 */
export function joinTabs(core: Core, onInvalid: (target: string) => void): TabChannel {
  const scope: Partial<TabScope> = core.tabs || {}
  const name = `valetkey ${core.base}`
  const end = new AbortController()
  let port: TabPort | undefined
  /** Fingerprint of whom another tab was reset to, which counts until this tab is told itself. */
  let heir = ''
  let seen = stored()

  function stored(): string | null | undefined {
    return attempt(() => scope.localStorage?.getItem(name))
  }

  function own(): string {
    return core.owner ? fingerprint(core.owner.identity) : heir
  }

  function open(): void {
    close()
    port = attempt(() => scope.BroadcastChannel && new scope.BroadcastChannel(name))
    port?.addEventListener('message', ({ data }) => hear(isRecord(data) ? data : {}))
  }

  function close(): void {
    port?.close()
    port = undefined
  }

  function hear({ epoch, target, from }: Record<string, unknown>): void {
    heed(epoch)
    // Of somebody else, where both are known.
    const foreign = from && own() && from !== own()
    if (typeof target === 'string' && !foreign) onInvalid(target)
  }

  function heed(epoch: unknown): void {
    if (typeof epoch !== 'string' || epoch === seen) return
    seen = epoch
    const [who = ''] = epoch.split(' ')
    if (who && who === own()) return
    heir = who
    reset(core, 'tab')
  }

  function catchUp(): void {
    heed(stored())
  }

  core.onReset = () => {
    const epoch = `${own()} ${Math.random()}`
    seen = epoch
    attempt(() => scope.localStorage?.setItem(name, epoch))
    attempt(() => port?.postMessage({ epoch }))
  }
  // An open channel would keep the page out of the browser's back/forward cache.
  scope.addEventListener?.('pagehide', close, end)
  scope.addEventListener?.(
    'pageshow',
    () => {
      open()
      catchUp()
    },
    end,
  )
  open()
  return {
    catchUp,
    tellInvalid: (target) => attempt(() => port?.postMessage({ target, from: own() })),
    leave() {
      end.abort()
      close()
    },
  }
}

/** Sandboxed frames and private windows throw at the mere look at storage or channel. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

/** FNV-1a of 64 bits: tells identities apart without naming them. Empty where nobody said who it is. */
function fingerprint(identity: Identity): string {
  if (identity === undefined) return ''
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(JSON.stringify(identity)))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(36)
}
