/** A broker that fails: in four ways, for this session alone. */
import { type BrokerFault, noteRecovery, setBrokerFault } from '../broker-fault.ts'
import { counted, type Experiment, type Finding, span } from '../experiment.ts'
import { nodeAudiences, passed, type ReadTally, readOnce, startReading } from '../reads.ts'
import { askForRenewal, recover, renewOldest, untilAskable } from '../renewal.ts'
import { nextOf, startWatching, type Watch } from '../watch.ts'

const WATCHED_MS = 600
const LONGEST_RETRY_MS = 9000
const ROUNDING_MS = 50
const SLOW_AT_LEAST_MS = 7000

export const BROKER_EXPERIMENTS: readonly Experiment[] = [
  breaking('error', {
    title: 'The broker answers 500',
    what: 'Every token request of yours meets a bare 500, as of a gateway whose broker died.',
    expected:
      'Calls go on with the tokens in hand. The client asks again by itself, later and later.',
    judge: (watched) => judgeFailing(watched, 'a 500'),
  }),
  breaking('busy', {
    title: 'The broker answers 429',
    what: 'Too many requests, Retry-After: 3. For 3 s it takes no other.',
    expected: 'The client asks again after those 3 s and not before. No call fails meanwhile.',
    judge: judgeWaiting,
  }),
  breaking('slow', {
    title: 'The broker takes 8 s',
    what: 'Every token request of yours is held up for 8 s.',
    expected: 'Calls go on with the tokens in hand; they wait only if those run out. None fails.',
    judge: judgeSlow,
  }),
  breaking('malformed', {
    title: 'The broker’s answer is cut off',
    what: 'A 200 with half of a JSON document, as of a proxy that gave up.',
    expected: 'Nothing of it is believed. Calls go on with the tokens in hand.',
    judge: (watched) => judgeFailing(watched, 'malformed_response'),
  }),
]

interface Watched {
  readonly tally: ReadTally
  readonly watch: Watch
}

interface Breaking extends Pick<Experiment, 'title' | 'what' | 'expected'> {
  readonly judge: (watched: Watched) => Finding
}

function breaking(fault: BrokerFault, { judge, ...words }: Breaking): Experiment {
  return {
    ...words,
    id: `broker-${fault}`,
    run: async () => judge(await underFault(fault)),
    lasting: { isOn: ({ brokerFault }) => brokerFault === fault, mend },
  }
}

async function underFault(fault: BrokerFault): Promise<Watched> {
  // Tokens of different ages, after a refusal: one that is about to end could not outlive the pause.
  await renewOldest()
  // First, since a busy broker would be free again meanwhile.
  await untilAskable()
  await setBrokerFault(fault)
  const watch = startWatching()
  const reading = startReading()
  const failure = await askForRenewal()
  // What came was on its way before the fault; the next request meets it.
  if (!failure && fault !== 'slow') await askForRenewal()
  if (fault === 'busy') await nextOf('request', LONGEST_RETRY_MS)
  // After the late answer the next is late too: whoever waits for that one would hold the verdict up.
  if (fault !== 'slow') await passed(WATCHED_MS)
  watch.stop()
  const tally = await reading.stop(fault === 'slow' ? WATCHED_MS : undefined)
  return { tally, watch }
}

async function mend(): Promise<Finding> {
  await setBrokerFault(null)
  const tookMs = await recover()
  noteRecovery()
  const reads = await Promise.allSettled(nodeAudiences().map(readOnce))
  const failed = reads.filter(({ status }) => status === 'rejected').length
  if (tookMs === undefined || failed > 0)
    return { isAsExpected: false, words: `Mended, and yet ${counted(failed, 'read')} failed.` }
  const words = tookMs < 10 ? 'the tokens are new already' : `new tokens after ${span(tookMs)}`
  return { isAsExpected: true, words: `Mended: ${words}.` }
}

function judgeFailing({ tally, watch }: Watched, means: string): Finding {
  const [first] = watch.seen('refresh-failed')
  const renewals = watch
    .seen('refresh-failed')
    .filter(({ audience }) => audience === first?.audience)
  return {
    isAsExpected: renewals.length > 0 && tally.answered === tally.made,
    words: `${counted(renewals.length, 'renewal')} met ${means}. ${answered(tally)} meanwhile.`,
  }
}

function judgeSlow({ tally, watch }: Watched): Finding {
  const tookMs = Math.max(0, ...watch.seen('refreshed').map(({ at, mintedAt }) => at - mintedAt))
  return {
    isAsExpected: tookMs > SLOW_AT_LEAST_MS && tally.answered === tally.made,
    words: `An answer after ${span(tookMs)}. ${answered(tally)} meanwhile, the slowest in ${span(tally.longestMs)}${tally.waiting > 0 ? `; ${tally.waiting} wait for the next` : ''}.`,
  }
}

function judgeWaiting({ tally, watch }: Watched): Finding {
  const [told] = watch.seen('refresh-failed')
  const again = told && watch.seen('request').find(({ at }) => at > told.at)
  if (!told?.retryAt || !again)
    return { isAsExpected: false, words: 'No renewal met a 429, or none was tried again.' }
  const isPatient = again.at >= told.retryAt - ROUNDING_MS
  return {
    isAsExpected: isPatient && tally.answered === tally.made,
    words: `Told to wait ${span(told.retryAt - told.at)}, asked again after ${span(again.at - told.at)}. ${answered(tally)} meanwhile.`,
  }
}

function answered({ answered: count, made }: ReadTally): string {
  return `${count} of ${counted(made, 'read')} answered`
}
