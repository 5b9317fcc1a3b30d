/** The token endpoint: exchanges an account's assertion for a bearer token. */
import type { Hono } from 'hono'
import { z } from 'zod'
import { checkAssertion } from './assertion.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { invalidRequest } from './errors.ts'
import type { Role } from './policy.ts'
import { readJson } from './request-body.ts'
import { read } from './request-shapes.ts'
import type { ServiceAccount } from './service-account.ts'

export const TOKEN_PATH = '/v1/auth/sa/oauth/token'

const MAX_LIFETIME_SECONDS = 3600
const ROLE_PREFIX = 'role:'

const exchange = z.object({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:jwt-bearer'),
  assertion: z.string(),
  scope: z.string().optional(),
})

/** An `Authorization` header is not looked at: one of the vendor's clients sends an empty bearer. */
export function addTokenRoute(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  app.post(TOKEN_PATH, async (context) => {
    const { assertion: text, scope } = read(await readJson(context.req), exchange)
    const nowSeconds = Math.floor(state.conditions.now() / 1000)
    const { accounts, tokenUri } = state
    const assertion = await checkAssertion(text, { accounts, tokenUri, nowSeconds })
    const accessToken = await state.bearers.mint({
      holder: assertion,
      roles: rolesOf(assertion.account, scope),
      nowSeconds,
      expSeconds: expOf(state, assertion.expSeconds, nowSeconds),
    })
    return context.json({ accessToken, tokenType: 'Bearer' })
  })
}

function expOf({ bearerLifetime }: SkyflowState, assertionExp: number, nowSeconds: number): number {
  if (bearerLifetime !== 'assertion') return nowSeconds + bearerLifetime
  return Math.min(Math.floor(assertionExp), nowSeconds + MAX_LIFETIME_SECONDS)
}

/** The roles of a scope such as `role:a role:b `; the vendor's clients leave a blank at its end. */
function rolesOf({ roles }: ServiceAccount, scope = ''): readonly Role[] | undefined {
  const names = scope.split(/\s+/).filter(Boolean)
  if (names.length === 0) return undefined
  return names.map((name) => {
    const role = roles.find(({ id }) => name === ROLE_PREFIX + id)
    if (!role) throw invalidRequest(`Scope ${name} is not a role of this service account.`)
    return role
  })
}
