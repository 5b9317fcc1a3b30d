/** The page: a first screen for strangers, a workspace for who is signed in. */
import { type ReactElement, useEffect } from 'react'
import { EmulatedBanner } from './people/emulated-banner.tsx'
import { SignIn } from './people/sign-in.tsx'
import { TopBar } from './people/top-bar.tsx'
import { loadSession, useSession } from './session.ts'
import { tokens } from './tokens.ts'
import { Workspace } from './workspace.tsx'

export function App(): ReactElement {
  const session = useSession()
  useEffect(() => tokens.on('session-expired', () => void loadSession()), [])
  return (
    <>
      <TopBar user={session?.user ?? null} />
      {session && <EmulatedBanner session={session} />}
      <main className="mx-auto max-w-6xl px-4 sm:px-6">
        {session?.user && <Workspace key={session.user.id} session={session} user={session.user} />}
        {session && !session.user && <SignIn session={session} />}
      </main>
    </>
  )
}
