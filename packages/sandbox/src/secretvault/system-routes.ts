/** Says that a node is there, what it is. */
import type { Hono } from 'hono'
import type { NodeEnvironment, NodeState } from './environment.ts'

const BUILD = { time: '1970-01-01T00:00:00Z', commit: 'unknown', version: '0.0.0' }
const MAINTENANCE = { active: false, started_at: '1970-01-01T00:00:00.000Z' }

export function addSystemRoutes(app: Hono<NodeEnvironment>, node: NodeState): void {
  app.get('/health', (context) => context.text('OK'))
  // The members of both eras at once: each client reads its own.
  app.get('/about', (context) =>
    context.json({
      started: node.startedAt.toISOString(),
      build: BUILD,
      did: node.did,
      publicKey: node.publicKey,
      public_key: node.publicKey,
      url: node.url,
      maintenance: MAINTENANCE,
    }),
  )
}
