/** Puts one emulated SecretVault node together. */
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { addAccountRoutes } from './account-routes.ts'
import { authenticate } from './authentication.ts'
import { limitBody } from './body-size.ts'
import { addDataRoutes } from './data-routes.ts'
import type { NodeConditions, NodeEnvironment, NodeState, SeedVersion } from './environment.ts'
import { NodeError } from './errors.ts'
import { type Identity, rotated } from './identity.ts'
import { instantText } from './instant.ts'
import { answerLikeV04 } from './older-answers.ts'
import { addQueryRoutes } from './query-routes.ts'
import { addSchemaIndexRoutes } from './schema-index-routes.ts'
import { addSchemaRoutes } from './schema-routes.ts'
import { createStore, type Store } from './store.ts'
import { addSystemRoutes } from './system-routes.ts'
import { createTables, type Tables } from './tables.ts'
import { checkAvailability } from './today/availability.ts'
import { limitRate } from './today/rate-limit.ts'
import { addTodayRoutes } from './today/today-routes.ts'

/** Somebody whom a node knows from the start, by both eras' names. */
export interface Member {
  name: string
  identity: Pick<Identity, 'publicKey' | 'didNil' | 'didKey'>
}

export interface SecretVaultNodeOptions {
  identity: Identity
  url: string
  conditions: NodeConditions
  /** Whom the node knows from the start, after a reset too. */
  members: readonly Member[]
  /** Refuses what the real node lets pass. */
  isStrict: boolean
  seedVersion: SeedVersion
  /** What the node remembers from an earlier life. */
  tables?: Tables
}

export interface SecretVaultNode {
  fetch(request: Request): Response | Promise<Response>
  /** Forgets all data and everybody who registered. */
  reset(): void
  /** What the node remembers now. */
  tables(): Tables
}

export function createSecretVaultNode(options: SecretVaultNodeOptions): SecretVaultNode {
  const { identity, url, conditions, isStrict, seedVersion } = options
  const now = () => new Date(conditions.now())
  const later = rotated(identity)
  const fresh = () => createTablesWith(options.members, now())
  let tables = options.tables ?? fresh()
  let store = createStore(tables)
  const node: NodeState = {
    identity: () => (conditions.settings().rotatedKey ? later : identity),
    url,
    startedAt: now(),
    isStrict,
    seedVersion,
    conditions,
    store: () => store,
    now,
  }
  const app = createApp(node)
  return {
    fetch: (request) => app.fetch(request),
    reset() {
      tables = fresh()
      store = createStore(tables)
    },
    tables: () => tables,
  }
}

function createTablesWith(members: readonly Member[], now: Date): Tables {
  const tables = createTables()
  const { accounts, today }: Store = createStore(tables)
  for (const { name, identity } of members) {
    accounts.register({ did: identity.didNil, publicKey: identity.publicKey, name }, now)
    today.builders.register({ did: identity.didKey, name }, now)
  }
  return tables
}

/**
 * The order is the real nodes': in the seed era a token is looked at before the path, the path before the body;
 * today it is path, body, token.
 */
function createApp(node: NodeState): Hono<NodeEnvironment> {
  const app = new Hono<NodeEnvironment>()
  const limit = limitRate(node)
  app.use((context, next) => (context.req.path.startsWith('/api/') ? next() : limit(context, next)))
  app.use(limitBody())
  app.use(checkAvailability(node))
  addSystemRoutes(app, node)
  addTodayRoutes({ app, node })
  if (node.seedVersion === '0.4') app.use('/api/*', answerLikeV04())
  app.use(authenticate(node))
  addAccountRoutes(app, node)
  addSchemaRoutes(app, node)
  addSchemaIndexRoutes(app, node)
  addQueryRoutes(app, node)
  addDataRoutes(app, node)
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse()
    if (!(error instanceof NodeError)) return context.text('Internal Server Error', 500)
    const ts = instantText(node.conditions.now())
    return context.json({ ts, errors: error.errors }, error.status)
  })
  return app
}
