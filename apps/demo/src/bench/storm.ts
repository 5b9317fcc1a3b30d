/** Many reads at once, on a token that its node has just revoked. */
import { nodeIn } from '../audiences.ts'
import { currentDelivery } from '../delivery.ts'
import { type NodeView, setFault } from '../session.ts'
import { readOnce } from './reads.ts'
import { startWatching } from './watch.ts'

const READS = 200

export interface StormResult {
  reads: number
  answered: number
  /** Requests to the broker that the storm caused. */
  brokerRequests: number
}

/** Revokes the node's token, then reads 200 times in parallel. */
export async function runStorm({ did }: NodeView): Promise<StormResult> {
  const audience = nodeIn(currentDelivery(), did)
  // Before the token is revoked: a read of the page's own may be the first to be refused.
  const watch = startWatching()
  await setFault(did, 'revoke')
  const reads = Array.from({ length: READS }, () => readOnce(audience))
  const results = await Promise.allSettled(reads)
  watch.stop()
  const answered = results.filter(({ status }) => status === 'fulfilled').length
  // For a refused token somebody waits; what is asked for ahead of need was due anyway, in a storm that lasts.
  const brokerRequests = watch
    .seen('request')
    .filter(({ audiences, background }) => !background && audiences.includes(audience)).length
  return { reads: READS, answered, brokerRequests }
}
