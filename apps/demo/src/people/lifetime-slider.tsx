/** Sets how long this session's tokens live. */
import { Slider } from 'radix-ui'
import { type ReactElement, useState } from 'react'
import { patientsIn, recordsIn, visitsIn } from '../audiences.ts'
import { useDelivery } from '../delivery.ts'
import { setLifetime } from '../session.ts'
import { tokens } from '../tokens.ts'
import { Problem } from '../ui/problem.tsx'
import { seconds } from '../ui/words.ts'

/** From 10 s to 5 min; equal steps of the thumb, not of time. */
const STEPS_MS = [10, 15, 20, 30, 45, 60, 90, 120, 180, 300].map((step) => step * 1000)

export function LifetimeSlider({ lifetimeMs }: { lifetimeMs: number }): ReactElement {
  const [position, setPosition] = useState(() => Math.max(STEPS_MS.indexOf(lifetimeMs), 0))
  const { delivery, shyDelivery } = useDelivery()
  const [failure, setFailure] = useState<unknown>()
  const chosenMs = STEPS_MS[position] ?? lifetimeMs

  async function apply(next: number): Promise<void> {
    try {
      await setLifetime(STEPS_MS[next] ?? lifetimeMs)
      // Tokens in hand keep the life they were given; new ones show the change at once.
      tokens.invalidate(recordsIn(delivery))
      tokens.invalidate(patientsIn(delivery))
      tokens.invalidate(visitsIn(shyDelivery))
    } catch (error) {
      setFailure(error)
    }
  }

  return (
    <div className="panel w-full p-4 lg:w-80">
      <div className="flex items-baseline justify-between text-sm">
        <span id="lifetime-label" className="font-medium">
          Token lifetime
        </span>
        <span className="font-semibold text-brass-deep tabular-nums">{seconds(chosenMs)}</span>
      </div>
      <Slider.Root
        className="relative mt-2 flex h-8 touch-none items-center"
        min={0}
        max={STEPS_MS.length - 1}
        step={1}
        value={[position]}
        onValueChange={([next = 0]) => setPosition(next)}
        onValueCommit={([next = 0]) => void apply(next)}
      >
        <Slider.Track className="relative h-1.5 grow rounded-full bg-line">
          <Slider.Range className="absolute h-full rounded-full bg-brass" />
        </Slider.Track>
        <Slider.Thumb
          aria-labelledby="lifetime-label"
          aria-valuetext={seconds(chosenMs)}
          className="block size-6 rounded-full border-2 border-brass-deep bg-surface shadow"
        />
      </Slider.Root>
      <p className="flex justify-between text-xs text-muted">
        <span>10 s</span>
        <span>5 min</span>
      </p>
      {failure !== undefined && <Problem error={failure} />}
    </div>
  )
}
