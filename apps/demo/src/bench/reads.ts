/** Reads one node with as little as there is to read: the traffic that the bench watches. */
import { SCHEMA_ID } from '../../server/schema-id.ts'
import { type NodeAudience, nodeIn } from '../audiences.ts'
import { currentDelivery } from '../delivery.ts'
import { currentView } from '../session.ts'
import { tokens } from '../tokens.ts'

/** What is sent to a node, by whichever way: a question that no note answers. */
export const READ = {
  path: 'api/v1/data/read',
  body: JSON.stringify({ schema: SCHEMA_ID, filter: { _id: crypto.randomUUID() } }),
} as const

const PACE_MS = 150

/** The nodes of this user, in the delivery that is chosen. */
export function nodeAudiences(): NodeAudience[] {
  const nodes = currentView()?.nodes ?? []
  return nodes.filter(({ isGranted }) => isGranted).map(({ did }) => nodeIn(currentDelivery(), did))
}

/** Reads once, the way every app would; the status of what came. */
export async function readStatus(audience: NodeAudience): Promise<number> {
  const vaultFetch = tokens.fetchFor(audience)
  const response = await vaultFetch(READ.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: READ.body,
  })
  await response.arrayBuffer()
  return response.status
}

/** The same for those to whom any other status than 200 is a failure. */
export async function readOnce(audience: NodeAudience): Promise<void> {
  const status = await readStatus(audience)
  if (status !== 200) throw new Error(`The node answered ${status}.`)
}

export interface ReadTally {
  /** Reads that ended, well or not. */
  readonly made: number
  readonly answered: number
  readonly longestMs: number
  /** Reads that nobody waited for to the end. */
  readonly waiting: number
}

export interface Reading {
  /** Waits that long at the most for those under way, then tells how all went. */
  stop(patienceMs?: number): Promise<ReadTally>
}

/** Longer than the client has anybody wait for a token. */
const PATIENCE_MS = 20_000

/** Reads one node after the other until stopped, at a pace that does not wait for answers. */
export function startReading(audiences: readonly NodeAudience[] = nodeAudiences()): Reading {
  const reads: Promise<void>[] = []
  const answeredMs: number[] = []
  let failed = 0

  async function read(audience: NodeAudience): Promise<void> {
    const startedAt = performance.now()
    try {
      await readOnce(audience)
      answeredMs.push(performance.now() - startedAt)
    } catch {
      failed += 1
    }
  }
  const next = () => {
    const audience = audiences[reads.length % audiences.length]
    if (audience) reads.push(read(audience))
  }
  next()
  const timer = setInterval(next, PACE_MS)

  return {
    async stop(patienceMs = PATIENCE_MS) {
      clearInterval(timer)
      await Promise.race([Promise.all(reads), passed(patienceMs)])
      const answered = answeredMs.length
      const made = answered + failed
      const longestMs = Math.max(0, ...answeredMs)
      return { made, answered, longestMs, waiting: reads.length - made }
    },
  }
}

/** Resolves after that long. */
export function passed(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
