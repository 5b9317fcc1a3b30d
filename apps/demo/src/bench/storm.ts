/** Many reads at once, on a token that its node has just revoked. */
import { nodeIn } from '../audiences.ts'
import { currentDelivery } from '../delivery.ts'
import { readStored } from '../records/node-notes.ts'
import { type NodeView, setFault } from '../session.ts'
import { tokens } from '../tokens.ts'

const READS = 200

export interface StormResult {
  reads: number
  answered: number
  /** Requests to the broker while the storm lasted. */
  brokerRequests: number
}

/** Revokes the node's token, then reads 200 times in parallel. */
export async function runStorm(node: NodeView): Promise<StormResult> {
  await setFault(node.did, 'revoke')
  const audience = nodeIn(currentDelivery(), node.did)
  let brokerRequests = 0
  const stop = tokens.on('request', () => {
    brokerRequests += 1
  })
  const reads = Array.from({ length: READS }, () => readStored(audience))
  const results = await Promise.allSettled(reads)
  stop()
  const answered = results.filter(({ status }) => status === 'fulfilled').length
  return { reads: READS, answered, brokerRequests }
}
