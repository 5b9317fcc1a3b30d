/** The first screen: what this is, who you may be. */
import { type ReactElement, useState } from 'react'
import type { SessionView } from '../session.ts'
import { signIn } from '../session.ts'
import { PageTitle } from '../ui/page-title.tsx'
import { Problem } from '../ui/problem.tsx'
import { seconds } from '../ui/words.ts'
import { FlowPicture } from './flow-picture.tsx'
import { HowItWorks } from './how-it-works.tsx'
import { UserCard } from './user-card.tsx'

export function SignIn({ session }: { session: SessionView }): ReactElement {
  const [failure, setFailure] = useState<unknown>()
  return (
    <div className="grid gap-10 py-10 lg:grid-cols-[1.15fr_1fr] lg:grid-rows-[auto_1fr] lg:gap-x-14 lg:py-16">
      <div>
        <PageTitle className="text-4xl leading-[1.08] font-semibold tracking-tight text-balance sm:text-5xl">
          Secrets stay on the broker. The browser holds tokens that live{' '}
          <span className="text-brass-deep tabular-nums">{seconds(session.lifetimeMs)}</span>.
        </PageTitle>
        <p className="mt-5 max-w-xl text-lg leading-relaxed text-muted">
          Split a diagnosis over three SecretVault nodes, tokenise a patient in Skyflow, plan visits
          in NexusRunDB, look into a wallet in walt.id. The tokens that open the six vaults renew
          themselves before they expire, while you watch.
        </p>
        <FlowPicture lifetime={seconds(session.lifetimeMs)} />
      </div>
      <section
        aria-labelledby="sign-in-title"
        className="panel self-start p-5 sm:p-6 lg:col-start-2 lg:row-span-2 lg:row-start-1"
      >
        <h2 id="sign-in-title" className="text-lg font-semibold tracking-tight">
          Sign in as
        </h2>
        <p className="mt-1 text-sm text-muted">
          No password, no account. Each may do something else.
        </p>
        <ul className="mt-4 grid gap-3">
          {session.users.map((user) => (
            <li key={user.id}>
              <UserCard user={user} onChoose={() => signIn(user.id).catch(setFailure)} />
            </li>
          ))}
        </ul>
        {failure !== undefined && <Problem error={failure} />}
      </section>
      <HowItWorks />
    </div>
  )
}
