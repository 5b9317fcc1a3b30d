/** Puts the emulated walt.id together: login, API keys, roles, services. */
import { createHash, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { addApiKeyRoutes } from './api-key-routes.ts'
import { authenticate } from './authentication.ts'
import { placesOf } from './content.ts'
import type { WaltidConditions, WaltidEnvironment, WaltidState } from './environment.ts'
import { errorAnswer } from './error-answer.ts'
import { badRequest, notFound, WaltidError } from './errors.ts'
import { addLoginRoute } from './login-route.ts'
import type { Permission, Role } from './permissions.ts'
import { addRoleRoutes } from './role-routes.ts'
import { addServiceRoutes } from './service-routes.ts'
import { createSessionTokens } from './session-token.ts'
import { type ApiKey, createStore } from './store.ts'

export interface WaltidServiceOptions {
  organization: string
  seed: string | undefined
  /** Whether tokens carry an `exp`. */
  includeExp: boolean
  conditions: WaltidConditions
}

export interface WaltidService {
  fetch(request: Request): Response | Promise<Response>
  /** Of an API key that may do everything and never ends. */
  adminToken: string
  login: { email: string; password: string }
  /** Of a role that may see wallet and trust registry; without the organization before it. */
  roleId: string
  /** Forgets keys, roles and logins that were made. */
  reset(): void
}

const ROLE_ID = 'browser'
const LOGIN_LIFETIME_MS = 3_600_000

export function createWaltidService(options: WaltidServiceOptions): WaltidService {
  const { organization, seed, includeExp, conditions } = options
  const admin = firstKey(organization, seed)
  const first = { keys: [admin], roles: firstRoles(organization) }
  const tokens = createSessionTokens({ seed, includeExp })
  const account = { email: 'admin@example.org', password: secretOf(seed, 'password') }
  let store = createStore(first)
  const login = { ...account, lifetimeMs: LOGIN_LIFETIME_MS }
  const app = createApp({ organization, login, tokens, conditions, store: () => store })
  return {
    fetch: (request) => app.fetch(request),
    adminToken: tokens.issue(admin.subject, `api-${admin.subject}`, undefined),
    login: account,
    roleId: ROLE_ID,
    reset() {
      store = createStore(first)
    },
  }
}

function createApp(state: WaltidState): Hono<WaltidEnvironment> {
  const app = new Hono<WaltidEnvironment>()
  app.get('/livez', (context) => context.text('OK'))
  addLoginRoute(app, state)
  app.use('/:version{v[12]}/:target/*', authenticate(state))
  app.use('/:version{v[12]}/:target/*', (context, next) => {
    // Another organization has another address.
    const [organization] = context.req.param('target').split('.')
    if (organization !== state.organization) throw badRequest('Unknown host alias')
    return next()
  })
  addApiKeyRoutes(app, state)
  addRoleRoutes(app, state)
  addServiceRoutes(app, state)
  app.notFound((context) => errorAnswer(notFound(context.req.path).refusal))
  app.onError((error) => {
    if (error instanceof WaltidError) return errorAnswer(error.refusal)
    const reason = 'Internal Server Error'
    return errorAnswer({ kind: 'exception', status: 500, reason, id: 'Exception', message: reason })
  })
  return app
}

function firstKey(organization: string, seed: string | undefined): ApiKey {
  return {
    id: `${organization}.sandbox-admin`,
    name: 'administrator of the sandbox',
    subject: secretOf(seed, 'subject'),
    expiresAtMs: undefined,
    roles: new Set([`${organization}.admin`]),
  }
}

/** `admin` is there in every organization; the other sees wallet and trust registry. */
function firstRoles(organization: string): Role[] {
  const { wallet, trustRegistry } = placesOf(organization)
  const add = (target: string, action: string): Permission => ({ target, action, operation: 'ADD' })
  return [
    { id: `${organization}.admin`, name: 'admin', permissions: [add(organization, 'all')] },
    {
      id: `${organization}.${ROLE_ID}`,
      name: 'what a page may see',
      permissions: [
        add(wallet, 'list-keys'),
        add(wallet, 'list-dids'),
        add(wallet, 'list-credentials'),
        add(trustRegistry, 'list-trust-sources'),
      ],
    },
  ]
}

/** Random, or the same for the same seed: for tests only. */
function secretOf(seed: string | undefined, label: string): string {
  if (seed === undefined) return randomUUID()
  return createHash('sha256').update(`${seed} waltid ${label}`).digest('hex').slice(0, 36)
}
