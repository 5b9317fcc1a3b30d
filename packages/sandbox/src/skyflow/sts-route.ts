/** The token exchange: swaps a token of a trusted identity provider for a bearer, without any secret. */
import type { Hono } from 'hono'
import { z } from 'zod'
import type { UserContext } from './assertion.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { SkyflowError, unauthenticated } from './errors.ts'
import { JWKS_PATH, STS_PATH } from './identity-provider.ts'
import { readJsonOrForm } from './request-body.ts'
import { read } from './request-shapes.ts'
import type { ServiceAccount, TrustedProvider } from './service-account.ts'
import { type Claims, claimsOf, isSignedBy } from './signed-token.ts'

const exchange = z.object({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:token-exchange'),
  subject_token: z.string(),
  // A context in the body is dropped in silence, like all that is not named here.
  subject_token_type: z.literal('urn:ietf:params:oauth:token-type:jwt'),
  service_account_id: z.string(),
})

/** With the keys of the emulated provider beside it, for those who check users' tokens themselves. */
export function addStsRoutes(
  app: Hono<SkyflowEnvironment>,
  state: SkyflowState,
  { publicKey }: Pick<TrustedProvider, 'publicKey'>,
): void {
  const key = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }
  app.get(JWKS_PATH, (context) => context.json({ keys: [key] }))
  app.post(STS_PATH, async (context) => {
    const asked = read(await readJsonOrForm(context.req), exchange)
    const account = state.accounts.ofClient(asked.service_account_id)
    const { trust } = account ?? {}
    if (!account || !trust)
      throw new SkyflowError(404, `Failed to load ServiceAccount ID ${asked.service_account_id}`)
    const nowSeconds = Math.floor(state.conditions.now() / 1000)
    const claims = await subjectOf(asked.subject_token, trust, nowSeconds)
    const accessToken = await state.bearers.mint({
      holder: { account, context: contextOf(account, trust, claims) },
      roles: undefined,
      nowSeconds,
      expSeconds: Number(claims['exp']),
    })
    return context.json({ accessToken, tokenType: 'Bearer' })
  })
}

/** @throws {SkyflowError} 401 where the user has to sign in again. */
async function subjectOf(
  token: string,
  { issuer, publicKey }: TrustedProvider,
  nowSeconds: number,
): Promise<Claims> {
  const claims = claimsOf(token)
  if (!claims || claims['iss'] !== issuer || !(await isSignedBy(token, publicKey, 'ES256')))
    throw unauthenticated('Subject token is invalid.')
  const { exp } = claims
  if (typeof exp !== 'number' || exp <= nowSeconds)
    throw unauthenticated('Subject token is expired.')
  return claims
}

/** Nothing but what the account's configuration lists. */
function contextOf(
  { needsContext }: ServiceAccount,
  { contextClaims }: TrustedProvider,
  claims: Claims,
): UserContext | undefined {
  const listed = contextClaims.filter((name) => claims[name] !== undefined)
  if (listed.length > 0) return Object.fromEntries(listed.map((name) => [name, claims[name]]))
  if (!needsContext) return undefined
  throw unauthenticated('Subject token has none of the claims that make the context.')
}
