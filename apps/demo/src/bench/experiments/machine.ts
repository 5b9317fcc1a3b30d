/** A machine that fails: its clock is wrong, its network is gone, it was asleep. */
import { vaultsIn } from '../../audiences.ts'
import { currentDeliveries } from '../../delivery.ts'
import { currentView } from '../../session.ts'
import { tokens } from '../../tokens.ts'
import { counted, type Experiment, type Finding, span } from '../experiment.ts'
import { setClockOff, setOffline } from '../machine.ts'
import { nodeAudiences, passed, readOnce, startReading } from '../reads.ts'
import { startWatching, type Watch } from '../watch.ts'

const MINUTE_MS = 60_000
const WRONG_MS = 10 * MINUTE_MS
const SLEEP_MS = 60 * MINUTE_MS
const WATCHED_MS = 600
/** A call that cannot succeed is to fail at once, and not after a timeout. */
const AT_ONCE_MS = 1000

export const MACHINE_EXPERIMENTS: readonly Experiment[] = [
  wrongClock({ id: 'clock-ahead', title: 'The clock is 10 min ahead', offMs: WRONG_MS }),
  wrongClock({ id: 'clock-behind', title: 'The clock is 10 min behind', offMs: -WRONG_MS }),
  {
    id: 'offline',
    title: 'No network',
    what: 'This page reaches nobody, and the browser says that it is offline.',
    expected:
      'Calls fail at once, as they must. Back online the next one is answered, with no new login.',
    run: runOffline,
    lasting: { isOn: ({ machine }) => machine.isOffline, mend: comeOnline },
  },
  {
    id: 'sleep',
    title: 'The lid was closed for an hour',
    what: 'The clock is an hour further, no timer noticed. (Then the bench puts it right again.)',
    expected: 'No token from before is trusted: all calls wait for one renewal, none fails.',
    run: runAsleep,
  },
]

interface WrongClock extends Pick<Experiment, 'id' | 'title'> {
  offMs: number
}

function wrongClock({ id, title, offMs }: WrongClock): Experiment {
  return {
    id,
    title,
    what: 'Somebody sets the clock of this page’s machine while the page is open.',
    expected:
      'Tokens live as long as the broker said. The jump is noticed, each is renewed, no call fails.',
    run: () => jumpTo(offMs),
    lasting: {
      isOn: ({ machine }) => machine.clockOffMs === offMs,
      async mend() {
        const { isAsExpected, words } = await jumpTo(0)
        return { isAsExpected, words: `The clock is right again. ${words}` }
      },
    },
  }
}

async function jumpTo(offMs: number): Promise<Finding> {
  const watch = startWatching()
  setClockOff(offMs)
  const reading = startReading()
  await passed(WATCHED_MS)
  const { made, answered } = await reading.stop()
  watch.stop()
  renewAll()
  const isNoticed = watch.seen('clock-jump').length > 0
  return {
    isAsExpected: isNoticed && answered === made && watch.seen('refused').length === 0,
    words: `${isNoticed ? 'Noticed' : 'Not noticed'}, ${counted(watch.seen('request').length, 'broker request')}. ${answered} of ${counted(made, 'read')} answered.`,
  }
}

/** Of tokens that came by another clock the page shows instants that are off; nobody has to wait for new ones. */
function renewAll(): void {
  const view = currentView()
  if (!view) return
  const granted = vaultsIn(currentDeliveries(), view).filter(({ isGranted }) => isGranted)
  for (const { audience } of granted) tokens.prepare([audience]).catch(() => {})
}

async function runAsleep(): Promise<Finding> {
  const audiences = nodeAudiences()
  const watch = startWatching()
  setClockOff(SLEEP_MS)
  const wokeAt = Date.now()
  try {
    const reads = await Promise.allSettled(audiences.map(readOnce))
    const answered = reads.filter(({ status }) => status === 'fulfilled').length
    const { calls, early } = callsSince(wokeAt, watch)
    return {
      isAsExpected: answered === reads.length && early.length === 0,
      words: `${early.length} of ${counted(calls.length, 'call')} left before the broker had answered. ${answered} of ${counted(reads.length, 'read')} answered.`,
    }
  } finally {
    watch.stop()
    setClockOff(0)
    await Promise.allSettled(audiences.map(readOnce))
    renewAll()
  }
}

/** Calls that left after waking; `early` ones relied on what was known before. */
function callsSince(wokeAt: number, watch: Watch) {
  // Also the answer to a request that was on its way before: the client takes the hour off what it says.
  const renewals = watch.seen('refreshed')
  const calls = watch
    .seen('call')
    .map(({ audience, at, durationMs }) => ({ audience, sentAt: at - durationMs }))
    .filter(({ sentAt }) => sentAt >= wokeAt)
  const early = calls.filter(
    ({ audience, sentAt }) =>
      // Durations have fractions, instants have none.
      !renewals.some((one) => one.audience === audience && one.at <= sentAt + 1),
  )
  return { calls, early }
}

async function runOffline(): Promise<Finding> {
  const watch = startWatching()
  setOffline(true)
  const startedAt = performance.now()
  const reads = await Promise.allSettled(nodeAudiences().map(readOnce))
  const tookMs = performance.now() - startedAt
  watch.stop()
  const failed = reads.filter(({ status }) => status === 'rejected').length
  const isSignedOut = watch.seen('session-expired').length > 0
  return {
    isAsExpected: failed === reads.length && tookMs < AT_ONCE_MS && !isSignedOut,
    words: `${counted(failed, 'read')} failed, as they had to, within ${span(tookMs)}. Still signed in.`,
  }
}

async function comeOnline(): Promise<Finding> {
  setOffline(false)
  const startedAt = performance.now()
  const reads = await Promise.allSettled(nodeAudiences().map(readOnce))
  const answered = reads.filter(({ status }) => status === 'fulfilled').length
  return {
    isAsExpected: answered === reads.length,
    words: `Online: ${answered} of ${counted(reads.length, 'read')} answered after ${span(performance.now() - startedAt)}.`,
  }
}
