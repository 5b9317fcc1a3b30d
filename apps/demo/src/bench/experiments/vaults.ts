/** A vault that fails: one node is gone, one node refuses its token. */
import { nodeIn } from '../../audiences.ts'
import { currentDelivery } from '../../delivery.ts'
import { readNotes } from '../../records/patient-notes.ts'
import { currentView, type NodeView, type SessionView, setFault } from '../../session.ts'
import { counted, type Experiment, type Finding, span } from '../experiment.ts'
import { nodeAudiences, passed, readOnce, startReading } from '../reads.ts'
import { askForRenewal } from '../renewal.ts'
import { setPower } from '../vault-power.ts'
import { nextOf, startWatching, type Watch } from '../watch.ts'

const WATCHED_MS = 600
/** A token that is renewed by itself in the same moment is never refused. */
const TRIES = 3
/** Longer than an emulated node takes to answer. */
const REPLAY_MS = 2000

const isPossible = (session: SessionView) => session.isEmulated

export const VAULT_EXPERIMENTS: readonly Experiment[] = [
  {
    id: 'node-down',
    title: 'Node 3 is down',
    what: 'One of three nodes answers nobody. (For everybody: there is but one.)',
    expected: 'Two nodes answer as ever. What needs all three names the one that is missing.',
    isPossible,
    run: runWithoutNode,
    lasting: {
      isOn: ({ session }) => session.nodes[2]?.isDown ?? false,
      mend: async () => {
        const { did } = node(3)
        await setPower(did, true)
        await readOnce(nodeIn(currentDelivery(), did))
        return { isAsExpected: true, words: 'Mended: node 3 answers.' }
      },
    },
  },
  {
    id: 'revoked',
    title: 'Node 2 refuses its token',
    what: 'Every token that node 2 was sent so far is revoked: its answer is 401.',
    expected: 'One renewal, one replay. The app is given the answer and never sees the 401.',
    isPossible,
    run: runRefused,
  },
]

async function runWithoutNode(): Promise<Finding> {
  const { did } = node(3)
  await setPower(did, false)
  const gone = nodeIn(currentDelivery(), did)
  const reading = startReading(nodeAudiences().filter((audience) => audience !== gone))
  const [{ missing }] = await Promise.all([readNotes(currentDelivery()), passed(WATCHED_MS)])
  const { made, answered } = await reading.stop()
  const isNamed = missing.length === 1 && missing[0]?.did === did
  return {
    isAsExpected: isNamed && answered === made,
    words: `${answered} of ${counted(made, 'read')} answered by the other two. The joined read ${isNamed ? 'names node 3 as missing' : `names ${counted(missing.length, 'node')} as missing`}.`,
  }
}

async function runRefused(): Promise<Finding> {
  const { did } = node(2)
  const audience = nodeIn(currentDelivery(), did)
  // Whoever else asks for this user may have had a newer token since; what is revoked is to be the latest.
  await askForRenewal(audience)
  const watch = startWatching()
  const startedAt = performance.now()
  for (let tries = 0; tries < TRIES && watch.seen('refused').length === 0; tries += 1) {
    await setFault(did, 'revoke')
    await readOnce(audience)
    // There the broker meets the 401, and does the same.
    if (currentDelivery() === 'proxied') break
  }
  const tookMs = performance.now() - startedAt
  await untilReplayed(watch)
  watch.stop()
  const refused = watch.seen('refused').length
  const replayed = watch.seen('replayed').length
  const isProxied = currentDelivery() === 'proxied'
  return {
    isAsExpected: isProxied || (refused > 0 && replayed === refused),
    words: `${isProxied ? 'Refused and replayed by the broker' : `${refused} refused, ${replayed} sent again`}, answered after ${span(tookMs)}. The app saw no 401.`,
  }
}

/** Another call of the page's may be the one that was refused, and still be on its way for the second time. */
async function untilReplayed(watch: Watch): Promise<void> {
  for (;;) {
    if (watch.seen('replayed').length >= watch.seen('refused').length) return
    if (!(await nextOf('replayed', REPLAY_MS))) return
  }
}

function node(position: number): NodeView {
  const found = currentView()?.nodes[position - 1]
  if (found) return found
  throw new Error(`There is no node ${position}.`)
}
