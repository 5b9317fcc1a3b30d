/** Judges the assertion by which a service account asks for a bearer token. */
import type { Accounts } from './accounts.ts'
import { SkyflowError, unauthenticated } from './errors.ts'
import type { ServiceAccount } from './service-account.ts'
import { type Claims, claimsOf, isSignedBy } from './signed-token.ts'

/** How far the account's clock may be ahead of the service's. */
const CLOCK_TOLERANCE_SECONDS = 60
const MAX_LIFETIME_SECONDS = 3600

/** What the policies of an account may read of the end user, as its assertion brought it. */
export type UserContext = string | Readonly<Record<string, unknown>>

export interface Assertion {
  account: ServiceAccount
  context: UserContext | undefined
  expSeconds: number
}

export interface AssertionCheck {
  accounts: Accounts
  tokenUri: string
  nowSeconds: number
}

/** @throws {SkyflowError} with the status of the token endpoint, for the first claim that is wrong. */
export async function checkAssertion(text: string, check: AssertionCheck): Promise<Assertion> {
  const claims = claimsOf(text)
  if (!claims) throw new SkyflowError(400, 'Invalid request. The assertion is not a JWT.')
  const account = check.accounts.ofKey(claims['key'])
  if (!account)
    throw new SkyflowError(404, `Failed to load ServiceAccount ID ${textOf(claims['iss'])}`)
  if (!(await isSignedBy(text, account.publicKey))) throw wrong('signature', 'signature')
  if (claims['iss'] !== account.clientId) throw wrong('issuer', "'iss' value")
  if (claims['sub'] !== account.clientId) throw wrong('subject', "'sub' value")
  if (claims['aud'] !== check.tokenUri) throw wrong('audience', "'aud' value")
  if (account.isSetToApiKeys)
    throw new SkyflowError(
      400,
      'Invalid request. The service account uses API key authentication: it gets no bearer tokens.',
    )
  return {
    account,
    context: contextOf(claims, account),
    expSeconds: expOf(claims, check.nowSeconds),
  }
}

function wrong(what: string, where: string): SkyflowError {
  return unauthenticated(`Invalid ${what}. Check your JWT assertion's ${where}.`)
}

/** `iat` is looked at only if it is there: some of the vendor's clients leave it out. */
function expOf({ exp, iat }: Claims, nowSeconds: number): number {
  const latest = nowSeconds + MAX_LIFETIME_SECONDS + CLOCK_TOLERANCE_SECONDS
  if (typeof exp !== 'number' || exp > latest) throw wrong('expiry', "'exp' value")
  if (exp <= nowSeconds)
    throw unauthenticated("JWT assertion is expired. Check your JWT assertion's 'exp' value.")
  const isFromFuture = typeof iat !== 'number' || iat > nowSeconds + CLOCK_TOLERANCE_SECONDS
  if (iat !== undefined && isFromFuture) throw wrong('issue time', "'iat' value")
  return exp
}

function contextOf({ ctx }: Claims, { needsContext }: ServiceAccount): UserContext | undefined {
  const isMissing = ctx === undefined || ctx === null || ctx === ''
  if (isMissing && needsContext)
    throw new SkyflowError(
      400,
      "Invalid request. The service account enforces a context: the JWT assertion needs a 'ctx' value.",
    )
  if (isMissing) return undefined
  if (typeof ctx === 'string') return ctx
  if (isContextObject(ctx)) return ctx
  throw new SkyflowError(
    400,
    "Invalid request. Check your JWT assertion's 'ctx' value: it takes a string, or an object with keys of letters, digits and underscores.",
  )
}

function isContextObject(ctx: unknown): ctx is Readonly<Record<string, unknown>> {
  if (typeof ctx !== 'object' || ctx === null || Array.isArray(ctx)) return false
  return Object.keys(ctx).every((key) => /^\w+$/.test(key))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
