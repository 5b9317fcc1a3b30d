/** Plays hours of a client's life on a manual clock, counts what the broker and the timers see of it. */
import { createTokenClient } from '../src/index.ts'
import { createFakeBroker, createManualClock } from '../src/testing/index.ts'

const BROKER = 'https://app.example/api/broker'
const SECOND = 1_000
const HOUR: number = 3_600 * SECOND
export const DAY: number = 24 * HOUR

/** Lifetime 60 s, used each 100 ms. */
export async function mintsInAnHour(): Promise<number> {
  const clock = createManualClock()
  const broker = createFakeBroker({ clock, audiences: { cards: {} }, lifetimeSeconds: 60 })
  const client = createTokenClient(BROKER, { clock, fetch: broker.fetch })
  for (let at = 0; at < HOUR; at += 100) {
    await client.getToken('cards')
    await clock.advance(100)
  }
  client.dispose()
  return broker.mints()
}

/** A day of keeping fresh. A loop would show in the number of timers, an overflow in their length. */
export async function longLife(lifetimeMs: number): Promise<{ longestMs: number; timers: number }> {
  const clock = createManualClock()
  let timers = 0
  const counting = {
    ...clock,
    after: (delayMs: number, run: () => void) => {
      timers += 1
      return clock.after(delayMs, run)
    },
  }
  const lifetimeSeconds = lifetimeMs / SECOND
  const broker = createFakeBroker({ clock, audiences: { cards: {} }, lifetimeSeconds })
  const client = createTokenClient(BROKER, { clock: counting, fetch: broker.fetch })
  client.keepFresh('cards')
  await clock.advance(DAY)
  client.dispose()
  return { longestMs: clock.longestDelayMs(), timers }
}
