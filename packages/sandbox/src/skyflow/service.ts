/** Puts the emulated Skyflow together: token endpoints, management, vault. */
import { Hono } from 'hono'
import { createAccounts, type FirstAccounts } from './accounts.ts'
import { authenticate } from './authentication.ts'
import { addBatchRoute } from './batch-route.ts'
import { createBearers } from './bearer.ts'
import { addConnectionRoute } from './connection-route.ts'
import type { SkyflowConditions, SkyflowEnvironment, SkyflowState } from './environment.ts'
import { errorAnswer } from './error-answer.ts'
import { SkyflowError } from './errors.ts'
import { addDownloadRoute, addFileRoutes } from './file-routes.ts'
import { addManagementRoutes } from './management-routes.ts'
import type { Role } from './policy.ts'
import { addQueryRoute } from './query-route.ts'
import { addRecordRoutes } from './record-routes.ts'
import type { Schema } from './schema.ts'
import type { KeyPair, TrustedProvider } from './service-account.ts'
import { createStore } from './store.ts'
import { addStsRoutes } from './sts-route.ts'
import { addTokenRoute } from './token-route.ts'
import { addTokenValueRoutes } from './token-value-routes.ts'

export interface SkyflowServiceOptions {
  vaultId: string
  tokenUri: string
  filesUrl: string
  accountId: string
  bearerLifetime: 'assertion' | number
  /** Those there are at the start. */
  first: FirstAccounts
  /** What accounts that are made later may have. */
  roles: readonly Role[]
  provider: Pick<TrustedProvider, 'publicKey'>
  /** Sign the bearer tokens. */
  keys: Promise<KeyPair>
  schema: Schema
  conditions: SkyflowConditions
}

export interface SkyflowService {
  fetch(request: Request): Response | Promise<Response>
  /** Forgets all records, with the accounts that were made. */
  reset(): void
}

/**
 * A host name that one of the vendor's clients builds from its cluster id. With the id `127.0.0.1:9443/emu` it
 * ends up as the first segment of the path.
 */
const CLUSTER_SEGMENT = /^\/[^/]*\.vault\.skyflowapis(-preview)?\.(com|dev|tech)(?=\/)/

export function createSkyflowService({
  keys,
  first,
  provider,
  ...options
}: SkyflowServiceOptions): SkyflowService {
  let store = createStore()
  const accounts = createAccounts(first)
  const bearers = createBearers(keys, accounts)
  const app = createApp({ ...options, accounts, bearers, store: () => store }, provider)
  return {
    fetch: (request) => app.fetch(request),
    reset() {
      store = createStore()
      accounts.reset()
    },
  }
}

function createApp(
  state: SkyflowState,
  provider: Pick<TrustedProvider, 'publicKey'>,
): Hono<SkyflowEnvironment> {
  const app = new Hono<SkyflowEnvironment>({
    getPath: ({ url }) => new URL(url).pathname.replace(CLUSTER_SEGMENT, ''),
  })
  app.use(async (context, next) => {
    await next()
    if (!context.res.headers.has('x-request-id'))
      context.header('x-request-id', crypto.randomUUID())
    context.header('date', new Date(state.conditions.now()).toUTCString())
  })
  addTokenRoute(app, state)
  addStsRoutes(app, state, provider)
  addManagementRoutes(app, state)
  addConnectionRoute(app, state)
  addDownloadRoute(app, state)
  app.use('/:version{v[12]}/vaults/:vaultId/*', authenticate(state))
  addBatchRoute(app, state)
  addTokenValueRoutes(app, state)
  addQueryRoute(app, state)
  addFileRoutes(app, state)
  addRecordRoutes(app, state)
  app.notFound(() => errorAnswer(404, 'Not Found'))
  app.onError((error) => {
    if (error instanceof SkyflowError) return errorAnswer(error.status, error.message)
    return errorAnswer(500, 'Internal Server Error')
  })
  return app
}
