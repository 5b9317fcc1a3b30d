/** Switches between light and dark; until used, the system decides. */
import { type ReactElement, useSyncExternalStore } from 'react'
import { MoonIcon, SunIcon } from './icons.tsx'

type Theme = 'light' | 'dark'

const KEY = 'valetkey-demo-theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return dark.matches ? 'dark' : 'light'
}

function choose(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Storage may be forbidden; then the choice holds for this page alone.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  dark.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    dark.removeEventListener('change', listener)
  }
}

export function ThemeToggle(): ReactElement {
  const theme = useSyncExternalStore(subscribe, currentTheme)
  const other = theme === 'dark' ? 'light' : 'dark'
  return (
    <button
      type="button"
      className="button button-quiet size-10 px-0 text-lg"
      aria-label={`Switch to the ${other} theme`}
      onClick={() => choose(other)}
    >
      {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
    </button>
  )
}
