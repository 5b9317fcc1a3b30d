/** A second tab of the demo: what opens it, and how it begins once it is open. */
import type { AuditEntry } from '../../server/session-view.ts'
import { recordsIn } from '../audiences.ts'
import { currentDelivery } from '../delivery.ts'
import { tokens } from '../tokens.ts'

type Message = 'here' | 'go' | 'ready'

const MARK = 'second-tab'
const CHANNEL = 'valetkey-demo-second-tab'
const PATIENCE_MS = 20_000

/**
 * Opens the tab. Must be called in the click itself, or the browser takes it for a pop-up that nobody asked for.
 *
 * @returns `undefined` if the browser would not.
 */
export function openSecondTab(): SecondTab | undefined {
  const channel = new BroadcastChannel(CHANNEL)
  const isOpen = window.open(`${location.pathname}?${MARK}`, '_blank') !== null
  if (!isOpen) {
    channel.close()
    return undefined
  }
  const here = heard(channel, 'here')
  return {
    here,
    go() {
      const ready = heard(channel, 'ready')
      say(channel, 'go')
      return ready
    },
    forget: () => channel.close(),
  }
}

export interface SecondTab {
  /** False if it was not loaded in time. */
  readonly here: Promise<boolean>
  /** Lets it begin; tells whether it had its tokens in time. */
  go(): Promise<boolean>
  forget(): void
}

/**
 * In a tab that the bench opened: waits for the first tab's word, since the broker hands out a token again
 * only while most of its life remains, and tells that tab when the nodes' tokens are there. In all other tabs:
 * nothing.
 */
export async function whenInvited(): Promise<void> {
  if (!new URLSearchParams(location.search).has(MARK)) return
  // Loaded once more it is a tab like any other.
  history.replaceState(null, '', location.pathname)
  const channel = new BroadcastChannel(CHANNEL)
  const gone = heard(channel, 'go')
  say(channel, 'here')
  await gone
  const nodes = recordsIn(currentDelivery())
  const stop = tokens.subscribe(nodes, () => {
    if (tokens.status(nodes).status !== 'ready') return
    say(channel, 'ready')
    channel.close()
    stop()
  })
}

function say(channel: BroadcastChannel, message: Message): void {
  channel.postMessage(message)
}

/** True once that was heard; false if it was not in time. */
function heard(channel: BroadcastChannel, message: Message): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS)
    channel.addEventListener('message', ({ data }) => {
      if (data !== message) return
      clearTimeout(timer)
      resolve(true)
    })
  })
}

/** The broker's decisions about this session's tokens after the one with this id, newest first. */
export async function decisionsAfter(id: number): Promise<readonly AuditEntry[]> {
  const response = await fetch(`/api/demo/audit?after=${id}`)
  if (!response.ok) throw new Error(`The demo's server answered ${response.status}.`)
  return response.json()
}
