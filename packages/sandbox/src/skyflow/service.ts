/** Puts the emulated Skyflow together: token endpoint, vault. */
import { Hono } from 'hono'
import { authenticate } from './authentication.ts'
import { addBatchRoute } from './batch-route.ts'
import { createBearers } from './bearer.ts'
import type { SkyflowConditions, SkyflowEnvironment, SkyflowState } from './environment.ts'
import { errorAnswer } from './error-answer.ts'
import { SkyflowError } from './errors.ts'
import { addRecordRoutes } from './record-routes.ts'
import type { Schema } from './schema.ts'
import type { KeyPair, ServiceAccount } from './service-account.ts'
import { createStore } from './store.ts'
import { addTokenRoute } from './token-route.ts'
import { addTokenValueRoutes } from './token-value-routes.ts'

export interface SkyflowServiceOptions {
  vaultId: string
  tokenUri: string
  bearerLifetime: 'assertion' | number
  accounts: readonly ServiceAccount[]
  /** Sign the bearer tokens. */
  keys: Promise<KeyPair>
  schema: Schema
  conditions: SkyflowConditions
}

export interface SkyflowService {
  fetch(request: Request): Response | Promise<Response>
  /** Forgets all records. */
  reset(): void
}

/**
 * A host name that one of the vendor's clients builds from its cluster id. With the id `127.0.0.1:9443/emu` it
 * ends up as the first segment of the path.
 */
const CLUSTER_SEGMENT = /^\/[^/]*\.vault\.skyflowapis(-preview)?\.(com|dev|tech)(?=\/)/

export function createSkyflowService({ keys, ...options }: SkyflowServiceOptions): SkyflowService {
  let store = createStore()
  const bearers = createBearers(keys, options.accounts)
  const app = createApp({ ...options, bearers, store: () => store })
  return {
    fetch: (request) => app.fetch(request),
    reset() {
      store = createStore()
    },
  }
}

function createApp(state: SkyflowState): Hono<SkyflowEnvironment> {
  const app = new Hono<SkyflowEnvironment>({
    getPath: ({ url }) => new URL(url).pathname.replace(CLUSTER_SEGMENT, ''),
  })
  app.use(async (context, next) => {
    await next()
    if (!context.res.headers.has('x-request-id'))
      context.header('x-request-id', crypto.randomUUID())
  })
  addTokenRoute(app, state)
  app.use('/v1/vaults/:vaultId/*', authenticate(state))
  addBatchRoute(app, state)
  addTokenValueRoutes(app, state)
  addRecordRoutes(app, state)
  app.notFound(() => errorAnswer(404, 'Not Found'))
  app.onError((error) => {
    if (error instanceof SkyflowError) return errorAnswer(error.status, error.message)
    return errorAnswer(500, 'Internal Server Error')
  })
  return app
}
