/** What the tabs of one app tell one another: who else signed in, what to give up. Never a token. */
import { isRecord } from '@valetkey/protocol'
import { attempt } from './attempt.ts'
import { type Core, type Identity, invalidate, reset } from './token-core.ts'
import type { TabPort, TabScope } from './types.ts'

export interface TabChannel {
  /** Comes back from where no message arrives, heeds a reset that was missed there. */
  catchUp(): void
  /** Tells the others to give up a target's tokens. */
  tell(target: string): void
  leave(): void
}

/**
 * Joins the other tabs that use the same broker. Where the browser denies channel or storage, the other
 * one does what it can; without both, a client is alone.
 */
export function joinTabs(core: Core): TabChannel {
  const scope: TabScope = core.tabs || {}
  const name = `valetkey ${core.base}`
  const end = new AbortController()
  // Sandboxed frames and private windows throw at the mere look at storage or channel.
  const stored = () => attempt(() => scope.localStorage?.getItem(name))
  const own = () => (core.owner ? fingerprint(core.owner.identity) : heir)
  const post = (message: unknown) => attempt(() => port?.postMessage(message))
  /** Whom another tab was reset to, which counts until this one is told itself. */
  let heir = 0
  let seen = stored()
  let port: TabPort | undefined

  function catchUp(): void {
    if (!port) {
      port = attempt(() => scope.BroadcastChannel && new scope.BroadcastChannel(name))
      port?.addEventListener('message', ({ data }) => {
        const { epoch, target } = isRecord(data) ? data : {}
        heed(epoch)
        if (typeof target === 'string') invalidate(core, target)
      })
    }
    heed(stored())
  }

  /** An epoch's id begins with the fingerprint of its identity. */
  function heed(epoch: unknown): void {
    if (typeof epoch !== 'string' || epoch === seen) return
    seen = epoch
    const who = Number.parseInt(epoch)
    if (who && who === own()) return
    heir = who
    reset(core, 'tab')
  }

  function close(): void {
    port?.close()
    port = undefined
  }

  core.onReset = () => {
    const epoch = `${own()} ${Math.random()}`
    seen = epoch
    attempt(() => scope.localStorage?.setItem(name, epoch))
    post({ epoch })
  }
  // An open channel would keep the page out of the browser's back/forward cache.
  scope.addEventListener?.('pagehide', close, end)
  // For a page that comes back in a hidden tab, one that was frozen, a browser without channels.
  for (const type of ['pageshow', 'storage'] as const) scope.addEventListener?.(type, catchUp, end)
  catchUp()
  return {
    catchUp,
    tell: (target) => post({ target }),
    leave() {
      end.abort()
      close()
    },
  }
}

/** FNV-1a: tells identities apart without naming them. 0 where nobody said who it is. */
function fingerprint(identity: Identity): number {
  let hash = 0
  for (const letter of JSON.stringify(identity) ?? '')
    hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  return hash
}
