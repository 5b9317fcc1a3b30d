/** The page's first line: whose demo it is, who is signed in, light or dark. */
import type { ReactElement } from 'react'
import type { SessionView } from '../session.ts'
import { signOut } from '../session.ts'
import { KeyIcon } from '../ui/icons.tsx'
import { ThemeToggle } from '../ui/theme-toggle.tsx'
import { Avatar } from './avatar.tsx'

export function TopBar({ user }: { user: SessionView['user'] }): ReactElement {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-6xl items-center gap-3 px-4 py-3 sm:px-6">
        <span className="grid size-9 place-items-center rounded-xl bg-brass text-xl text-[#1a1300]">
          <KeyIcon />
        </span>
        <span className="text-lg font-semibold tracking-tight">Valet Key</span>
        <span className="hidden rounded-full border border-line px-2 py-0.5 text-xs text-muted sm:inline">
          demo
        </span>
        <span className="grow" />
        {user && (
          <>
            <Avatar name={user.name} />
            <span className="hidden text-sm leading-tight sm:block">
              <span className="block font-medium">{user.name}</span>
              <span className="block text-xs text-muted">{user.role}</span>
            </span>
            <button type="button" className="button button-quiet" onClick={() => void signOut()}>
              Sign out
            </button>
          </>
        )}
        <ThemeToggle />
      </div>
    </header>
  )
}
