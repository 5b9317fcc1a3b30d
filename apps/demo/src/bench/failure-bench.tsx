/** The failure bench: breaks what can break, shows what came of it beside what should. */
import { type ReactElement, useEffect } from 'react'
import { Comparison } from '../naive/comparison.tsx'
import type { SessionView } from '../session.ts'
import { brokenIn, forgetFindings, leaveBench, mendAll, useBench } from './bench-state.ts'
import { setComparing } from '../naive/comparison-state.ts'
import { loadBrokerFault, useBrokerFault } from './broker-fault.ts'
import { ExperimentCard } from './experiment-card.tsx'
import { GROUPS } from './experiments/all.ts'
import { useMachine } from './machine.ts'
import { clearScore } from './scoreboard.ts'
import { ScoreboardPanel } from './scoreboard-panel.tsx'
import { VaultSwitches } from './vault-switches.tsx'

export function FailureBench({ session }: { session: SessionView }): ReactElement {
  const { busy, news } = useBench()
  const condition = { session, brokerFault: useBrokerFault(), machine: useMachine() }
  const broken = brokenIn(condition)
  // Found broken by a page that was loaded anew.
  useEffect(() => {
    void loadBrokerFault().catch(() => {})
    return () => {
      setComparing(false)
      leaveBench()
    }
  }, [])

  function reset(): void {
    if (busy) return
    void mendAll(condition).then(() => {
      forgetFindings()
      clearScore()
    })
  }

  return (
    <section aria-labelledby="bench-title" className="panel min-w-0 p-5">
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-[1fr_23rem] lg:items-start lg:gap-8">
        <div>
          <h2 id="bench-title" className="text-lg font-semibold tracking-tight">
            Break something
          </h2>
          <p className="mt-1 max-w-2xl text-sm leading-relaxed text-muted">
            Each switch breaks one thing for this page, watches the calls that go on meanwhile, and
            says whether what came is what should come. One at a time: the next mends the last. With
            tokens of 10 s it takes seconds; with longer ones it waits for a renewal.
          </p>
          <button
            type="button"
            className="button button-quiet mt-3 aria-disabled:opacity-55"
            aria-disabled={busy !== undefined}
            onClick={reset}
          >
            {broken.length > 0 ? 'Mend everything, count anew' : 'Count anew'}
          </button>
        </div>
        <ScoreboardPanel />
      </div>
      <output className="sr-only">{news}</output>
      <div className="mt-5 grid grid-cols-1 gap-6">
        {GROUPS.map(({ title, experiments }) => (
          <section key={title} aria-label={title}>
            <h3 className="font-semibold">{title}</h3>
            <div className="mt-2 grid grid-cols-1 gap-3 md:grid-cols-2">
              {experiments.map((experiment) => (
                <ExperimentCard key={experiment.id} experiment={experiment} condition={condition} />
              ))}
            </div>
          </section>
        ))}
        <Comparison />
        <VaultSwitches session={session} />
      </div>
    </section>
  )
}
