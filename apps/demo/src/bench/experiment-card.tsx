/** One experiment: its switch, what should happen, what did. */
import { Switch } from 'radix-ui'
import type { ReactElement } from 'react'
import { AlertIcon, CheckIcon, RenewIcon } from '../ui/icons.tsx'
import { unbroken } from '../ui/words.ts'
import { breakIt, mendIt, useBench } from './bench-state.ts'
import type { Condition, Experiment, Finding } from './experiment.ts'

interface ExperimentCardProps {
  experiment: Experiment
  condition: Condition
}

const ROW = 'sm:grid sm:grid-cols-[5rem_1fr] sm:gap-2'

export function ExperimentCard({ experiment, condition }: ExperimentCardProps): ReactElement {
  const { id, title, what, expected, isPossible, lasting } = experiment
  const { busy, findings } = useBench()
  const isMine = busy?.id === id
  const isOn = lasting?.isOn(condition) ?? false
  const isOpen = isPossible?.(condition.session) ?? true

  function toggle(): void {
    void (isOn ? mendIt(experiment) : breakIt(experiment, condition))
  }

  return (
    <article
      aria-labelledby={`${id}-title`}
      className={`grid min-w-0 grid-cols-1 content-start gap-2 rounded-xl border p-4 ${isOn ? 'border-bad/60 bg-bad-wash' : 'border-line bg-sunken'}`}
    >
      <div className="flex items-start justify-between gap-3">
        <h4 id={`${id}-title`} className="leading-snug font-semibold">
          {title}
        </h4>
        {lasting ? (
          <Breaker
            labelledBy={`${id}-title`}
            isOn={isOn || isMine}
            isDisabled={!isOpen || busy !== undefined}
            onToggle={toggle}
          />
        ) : (
          <button
            type="button"
            aria-describedby={`${id}-title`}
            aria-disabled={!isOpen || busy !== undefined}
            className="button button-quiet min-h-8 shrink-0 px-3 py-1 whitespace-nowrap aria-disabled:opacity-55"
            onClick={() => {
              if (isOpen && !busy) toggle()
            }}
          >
            Try it
          </button>
        )}
      </div>
      <p className="text-sm leading-relaxed text-muted">{what}</p>
      <dl className="grid gap-1.5 text-sm leading-relaxed">
        <div className={ROW}>
          <dt className="font-medium text-muted">Expected</dt>
          <dd>{expected}</dd>
        </div>
        <div className={ROW}>
          <dt className="font-medium text-muted">Measured</dt>
          <dd>
            {isOpen ? (
              <Measured
                finding={findings.get(id)}
                isMeasuring={isMine}
                isMending={isMine && busy.isMending}
              />
            ) : (
              <span className="text-muted">Only emulated vaults are broken.</span>
            )}
          </dd>
        </div>
      </dl>
    </article>
  )
}

interface BreakerProps {
  labelledBy: string
  isOn: boolean
  isDisabled: boolean
  onToggle: () => void
}

/** On means broken. What cannot be switched now keeps the focus, so it is not disabled for the browser. */
function Breaker({ labelledBy, isOn, isDisabled, onToggle }: BreakerProps): ReactElement {
  return (
    <span className="flex shrink-0 items-center gap-2 text-xs font-semibold">
      <span aria-hidden="true" className={isOn ? 'text-bad' : 'text-muted'}>
        {isOn ? 'broken' : 'working'}
      </span>
      <Switch.Root
        aria-labelledby={labelledBy}
        aria-disabled={isDisabled}
        checked={isOn}
        onCheckedChange={() => {
          if (!isDisabled) onToggle()
        }}
        className="h-6 w-11 rounded-full border border-line-strong bg-surface p-0.5 aria-disabled:opacity-55 data-[state=checked]:border-bad data-[state=checked]:bg-bad"
      >
        <Switch.Thumb className="block size-4.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-surface" />
      </Switch.Root>
    </span>
  )
}

interface MeasuredProps {
  finding: Finding | undefined
  isMeasuring: boolean
  isMending: boolean
}

function Measured({ finding, isMeasuring, isMending }: MeasuredProps): ReactElement {
  if (isMeasuring)
    return (
      <span className="flex gap-2 font-medium">
        <RenewIcon className="mt-1 shrink-0" />
        {isMending ? 'Mending…' : 'Measuring…'}
      </span>
    )
  if (!finding) return <span className="text-muted">Not tried yet.</span>
  const { isAsExpected, words } = finding
  const Icon = isAsExpected ? CheckIcon : AlertIcon
  return (
    <span className="flex gap-2">
      <Icon
        strokeWidth={3}
        className={`mt-1 shrink-0 ${isAsExpected ? 'text-good' : 'text-bad'}`}
      />
      <span className="min-w-0 tabular-nums wrap-anywhere">
        <strong className={`font-semibold ${isAsExpected ? 'text-good' : 'text-bad'}`}>
          {isAsExpected ? 'As expected.' : 'Not as expected.'}
        </strong>{' '}
        {unbroken(words)}
      </span>
    </span>
  )
}
