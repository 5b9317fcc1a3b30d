/** Puts the emulated NexusRunDB together: token endpoint, keys, buckets. */
import { Hono } from 'hono'
import { type AccessKeys, createAccessKeys } from './access-keys.ts'
import { ASSUMPTION_HEADER, errorAnswer, NexusRunDbError, unauthorized } from './answers.ts'
import { authenticate } from './authentication.ts'
import { addBucketRoutes } from './bucket-routes.ts'
import type { NexusRunDbConditions, NexusRunDbEnvironment, NexusRunDbState } from './environment.ts'
import type { NexusRunDbHabits } from './habits.ts'
import { addKeyRoutes } from './key-routes.ts'
import { PERMISSIONS, PUBLIC } from './permissions.ts'
import { type BucketStore, createBucketStore } from './store.ts'
import { addTokenRoute } from './token-route.ts'
import { createTokens } from './tokens.ts'

export interface NexusRunDbServiceOptions {
  databaseId: string
  seed: string | undefined
  habits: NexusRunDbHabits
  conditions: NexusRunDbConditions
}

export interface NexusRunDbService {
  keys: AccessKeys
  fetch(request: Request): Response | Promise<Response>
  /** Forgets what was written. */
  reset(): void
}

/** The bucket of the app's own key, and one that everybody may read. */
export const BUCKET = 'notes'
export const PUBLIC_BUCKET = 'notices'

const HABITS: Required<NexusRunDbHabits> = {
  tokenMethod: 'POST',
  tokenPath: '/databases/{databaseId}/accesskeys/{accessKey}/token',
  expiryParam: 'expiry',
  tokenField: 'token',
  tokenAnswer: 'json',
  exp: 'seconds',
}

export function createNexusRunDbService(options: NexusRunDbServiceOptions): NexusRunDbService {
  const { databaseId, seed, habits, conditions } = options
  const keys = createAccessKeys(seed)
  let store = filledStore(keys)
  const app = createApp({
    databaseId,
    keys,
    tokens: createTokens(),
    habits: { ...HABITS, ...habits },
    conditions,
    store: () => store,
  })
  return {
    keys,
    fetch: (request) => app.fetch(request),
    reset() {
      store = filledStore(keys)
    },
  }
}

function filledStore({ user, reader }: AccessKeys): BucketStore {
  const store = createBucketStore()
  store.create(BUCKET, { [user.id]: PERMISSIONS, [reader.id]: ['read_key', 'list_all_keys'] })
  store.create(PUBLIC_BUCKET, { [user.id]: PERMISSIONS, [PUBLIC]: ['read_key'] })
  return store
}

function createApp(state: NexusRunDbState): Hono<NexusRunDbEnvironment> {
  const app = new Hono<NexusRunDbEnvironment>()
  app.use(async (context, next) => {
    await next()
    context.header('date', new Date(state.conditions.now()).toUTCString())
  })
  app.use(authenticate(state))
  app.use('/databases/:databaseId/*', async (context, next) => {
    if (context.req.param('databaseId') !== state.databaseId)
      return errorAnswer(404, 'The database was not found')
    return next()
  })
  app.get('/databases/:databaseId/ping', (context) => {
    if (!context.get('caller').key) throw unauthorized('A credential is missing')
    return new Response('pong', {
      headers: { 'content-type': 'text/plain', [ASSUMPTION_HEADER]: 'ping-answer' },
    })
  })
  addTokenRoute(app, state)
  addKeyRoutes(app, state)
  addBucketRoutes(app, state)
  app.notFound(() => errorAnswer(404, 'Not Found'))
  app.onError((error) =>
    error instanceof NexusRunDbError
      ? errorAnswer(error.status, error.message)
      : errorAnswer(500, 'Internal Server Error'),
  )
  return app
}
