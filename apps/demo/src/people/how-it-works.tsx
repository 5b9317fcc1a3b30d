/** Three steps that say how it works. */
import type { ReactElement } from 'react'
import { LockIcon, RenewIcon, SplitIcon } from '../ui/icons.tsx'

const STEPS = [
  {
    Icon: LockIcon,
    title: 'The key stays on the server',
    text: 'The broker checks your session and your grants, then signs one token per vault.',
  },
  {
    Icon: RenewIcon,
    title: 'Tokens renew before they expire',
    text: 'One request renews all that are due. Calls go on meanwhile, and the app sees no 401.',
  },
  {
    Icon: SplitIcon,
    title: 'Or they never leave the broker',
    text: 'Flip one switch: it forwards the calls your app makes, and no token reaches the page.',
  },
]

export function HowItWorks(): ReactElement {
  return (
    <ol className="grid content-start gap-6 sm:grid-cols-3 lg:gap-5">
      {STEPS.map(({ Icon, title, text }) => (
        <li key={title} className="flex gap-3 sm:block">
          <span className="grid size-9 shrink-0 place-items-center rounded-lg border border-line bg-surface text-lg text-brass-deep">
            <Icon />
          </span>
          <div className="sm:mt-3">
            <h2 className="text-sm font-semibold">{title}</h2>
            <p className="mt-1 text-sm leading-relaxed text-muted">{text}</p>
          </div>
        </li>
      ))}
    </ol>
  )
}
