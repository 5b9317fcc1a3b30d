/** Who is signed in, as the server says: read once at the start, changed by signing in and out. */
import { useSyncExternalStore } from 'react'
import type { SessionView } from '../server/session-view.ts'

export type {
  NodeView,
  PatientsView,
  SessionView,
  UserView,
  VisitsView,
  WalletView,
} from '../server/session-view.ts'

let view: SessionView | undefined
const listeners = new Set<() => void>()
const userListeners = new Set<() => void>()

function show(next: SessionView): void {
  // The page's policy names the vaults it may call; a server that was started anew has others.
  if (view && vaultsOf(view) !== vaultsOf(next)) location.reload()
  const isAnother = view !== undefined && view.user?.id !== next.user?.id
  view = next
  if (isAnother) for (const listener of userListeners) listener()
  for (const listener of listeners) listener()
}

function vaultsOf({ nodes, patients, visits, wallet }: SessionView): string {
  return [...nodes, patients, visits, wallet].map(({ url }) => url).join(' ')
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

async function ask(path: string, method = 'GET', body?: unknown): Promise<SessionView> {
  const response = await fetch(`/api/demo/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  if (response.ok) return response.json()
  if (response.status === 401) await loadSession()
  throw new Error(`The demo's server answered ${response.status}.`)
}

/** What is known of the session; `undefined` until the server has answered. */
export function useSession(): SessionView | undefined {
  return useSyncExternalStore(subscribe, () => view)
}

/** The same, for code that is no component. */
export function currentView(): SessionView | undefined {
  return view
}

/** Calls `listener` when somebody signs in or out, before the page shows it. */
export function onUserChange(listener: () => void): void {
  userListeners.add(listener)
}

/** The signed-in user's id, for the token client. */
export function currentUserId(): string | null {
  return view?.user?.id ?? null
}

export async function loadSession(): Promise<void> {
  show(await ask('session'))
}

export async function signIn(user: string): Promise<void> {
  show(await ask('session', 'POST', { user }))
}

export async function signOut(): Promise<void> {
  show(await ask('session', 'DELETE'))
}

/** Sets how long the broker lets this session's tokens live. */
export async function setLifetime(lifetimeMs: number): Promise<void> {
  show(await ask('lifetime', 'PUT', { lifetimeMs }))
}

/** Has an emulated vault (a node's DID, or its system's name) do something wrong: `down`, `up` or `revoke`. */
export async function setFault(vault: string, fault: 'down' | 'up' | 'revoke'): Promise<void> {
  show(await ask('faults', 'POST', { vault, fault }))
}
