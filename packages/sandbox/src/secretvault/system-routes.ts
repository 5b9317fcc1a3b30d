/** Says that a node is there, what it is. */
import type { Hono } from 'hono'
import type { NodeEnvironment, NodeState } from './environment.ts'
import { plainText } from './plain-text.ts'

const BUILD = { time: '1970-01-01T00:00:00Z', commit: 'unknown', version: '0.0.0' }
export function addSystemRoutes(app: Hono<NodeEnvironment>, node: NodeState): void {
  app.get('/health', () => plainText('OK', 200))
  // The members of both eras at once: each client reads its own.
  app.get('/about', (context) => {
    const { didNil, publicKey } = node.identity()
    const { maintenance } = node.conditions.settings()
    return context.json({
      started: node.startedAt.toISOString(),
      build: BUILD,
      did: didNil,
      publicKey,
      public_key: publicKey,
      url: node.url,
      maintenance: {
        active: maintenance,
        started_at: (maintenance ? node.startedAt : new Date(0)).toISOString(),
      },
    })
  })
}
