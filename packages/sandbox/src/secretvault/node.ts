/** Puts one emulated SecretVault node together. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { Registration } from './accounts.ts'
import { addAccountRoutes } from './account-routes.ts'
import { authenticate } from './authentication.ts'
import { addDataRoutes } from './data-routes.ts'
import type { NodeConditions, NodeEnvironment, NodeState } from './environment.ts'
import { NodeError } from './errors.ts'
import type { Identity } from './identity.ts'
import { addQueryRoutes } from './query-routes.ts'
import { addSchemaRoutes } from './schema-routes.ts'
import { createStore, type Store } from './store.ts'
import { addSystemRoutes } from './system-routes.ts'

const MAX_BODY_BYTES = 16 * 1024 * 1024

export interface SecretVaultNodeOptions {
  identity: Identity
  url: string
  conditions: NodeConditions
  /** Organizations the node knows from the start, after a reset too. */
  organizations: readonly Registration[]
}

export interface SecretVaultNode {
  fetch(request: Request): Response | Promise<Response>
  /** Forgets all data and every organization that registered itself. */
  reset(): void
}

export function createSecretVaultNode(options: SecretVaultNodeOptions): SecretVaultNode {
  const { identity, url, conditions } = options
  const now = () => new Date(conditions.now())
  let store = createStoreWith(options.organizations, now())
  const node: NodeState = {
    did: identity.didNil,
    publicKey: identity.publicKey,
    url,
    startedAt: now(),
    conditions,
    store: () => store,
    now,
  }
  const app = createApp(node)
  return {
    fetch: (request) => app.fetch(request),
    reset() {
      store = createStoreWith(options.organizations, now())
    },
  }
}

function createStoreWith(organizations: readonly Registration[], now: Date): Store {
  const store = createStore()
  for (const organization of organizations) store.accounts.register(organization, now)
  return store
}

/** The order is the real node's: a token is looked at before the path, the path before the body. */
function createApp(node: NodeState): Hono<NodeEnvironment> {
  const app = new Hono<NodeEnvironment>()
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES }))
  addSystemRoutes(app, node)
  app.use(authenticate(node))
  addAccountRoutes(app, node)
  addSchemaRoutes(app, node)
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

/** An ISO instant without the trailing zeros of its fraction, as the real node's errors have it. */
function instantText(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.?0+Z$/, 'Z')
}
