/** Many at once: reads in one tab, tabs of one user. */
import type { AuditEntry } from '../../../server/session-view.ts'
import { nodeIn, recordsIn } from '../../audiences.ts'
import { currentDelivery } from '../../delivery.ts'
import { currentView, setLifetime } from '../../session.ts'
import { counted, type Experiment, type Finding } from '../experiment.ts'
import { askForRenewal, renewTogether } from '../renewal.ts'
import { decisionsAfter, openSecondTab, type SecondTab } from '../second-tab.ts'
import { runStorm } from '../storm.ts'

/** The broker hands a token out again while four fifths of its life remain: time enough for a tab to begin. */
const LEAST_LIFETIME_MS = 30_000

export const MANY_EXPERIMENTS: readonly Experiment[] = [
  {
    id: 'storm',
    title: '200 reads at once',
    what: 'All on the token of node 1, which was revoked a moment before.',
    expected: 'One broker request serves them all, and every read is answered.',
    isPossible: (session) => session.isEmulated,
    run: runManyReads,
  },
  {
    id: 'second-tab',
    title: 'A second tab',
    what: 'The demo once more, with a token client of its own. (Tokens get 30 s for this one.)',
    expected: 'The broker gives it the tokens that this tab has: none is minted for it.',
    run: runSecondTab,
  },
]

async function runManyReads(): Promise<Finding> {
  const [first] = currentView()?.nodes ?? []
  if (!first) return { isAsExpected: false, words: 'There is no node to read.' }
  // Whoever else asks for this user may have had a newer token since; what is revoked is to be the latest.
  await askForRenewal(nodeIn(currentDelivery(), first.did))
  const { reads, answered, brokerRequests } = await runStorm(first)
  const isProxied = currentDelivery() === 'proxied'
  const renewed = isProxied
    ? 'renewed by the broker, which meets the 401 here'
    : counted(brokerRequests, 'broker request')
  return {
    isAsExpected: answered === reads && brokerRequests === (isProxied ? 0 : 1),
    words: `${answered} of ${reads} reads answered, ${renewed}.`,
  }
}

async function runSecondTab(): Promise<Finding> {
  const tab = openSecondTab()
  if (!tab)
    return {
      isAsExpected: false,
      words: 'The browser would not open a tab. Allow pop-ups for this page, then try again.',
    }
  const lifetimeMs = currentView()?.lifetimeMs ?? 0
  try {
    await setLifetime(Math.max(lifetimeMs, LEAST_LIFETIME_MS))
    return await watchSecondTab(tab)
  } finally {
    tab.forget()
    await setLifetime(lifetimeMs)
  }
}

async function watchSecondTab(tab: SecondTab): Promise<Finding> {
  if (!(await tab.here)) return { isAsExpected: false, words: 'The tab was not loaded in time.' }
  await renewTogether()
  const [latest] = await decisionsAfter(0)
  const isReady = await tab.go()
  const decisions = await decisionsAfter(0)
  const granted = decisions.filter((one) => one.id > (latest?.id ?? 0) && isOfGroup(one, decisions))
  const minted = granted.filter(({ id, fingerprint }) =>
    decisions.every((one) => one.id >= id || one.fingerprint !== fingerprint),
  )
  return {
    isAsExpected: isReady && granted.length > 0 && minted.length === 0,
    words: `It was given ${counted(distinct(granted), 'node token')}, ${distinct(minted)} of them minted for it. Close it when you like.`,
  }
}

/** A node's token, granted. A client asks for the nodes together, the naive reads beside for one at a time. */
function isOfGroup(
  { audience, via, outcome, requestId }: AuditEntry,
  decisions: readonly AuditEntry[],
): boolean {
  const isNode = (name: string) => name.startsWith(`${recordsIn(currentDelivery())}/`)
  if (via !== 'tokens' || outcome !== 'granted' || !isNode(audience)) return false
  return decisions.some(
    (one) => one.requestId === requestId && isNode(one.audience) && one.audience !== audience,
  )
}

/** A client asks for a group and, in the same request, for members of it. */
function distinct(decisions: readonly AuditEntry[]): number {
  return new Set(decisions.map(({ audience }) => audience)).size
}
