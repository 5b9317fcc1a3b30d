/** Signs data tokens for users, so that an account that takes no others reveals them. */
import { MintError, type Operation, type OperationRequest } from '@valetkey/broker'
import type { SignClaims } from './assertion.ts'
import { contextOf, type SkyflowContextSource } from './context.ts'
import type { ServiceAccount } from './credentials.ts'
import type { Report } from './fields.ts'
import { sessionOf, type SkyflowSession } from './roles.ts'

export interface SignedDataTokenOptions {
  /**
   * Whether this user may have all of these data tokens signed. A signed data token opens one value, so this is where
   * it is decided which values are whose; `authorize` is asked before, with `operation: 'signed-data-tokens'`.
   */
  allow: (session: SkyflowSession, dataTokens: readonly string[]) => boolean | Promise<boolean>
  /** How long a signed data token lives at most, in milliseconds, from 1 s to 1 h. @default 60000 */
  lifetimeMs?: number
}

interface Signing extends SignedDataTokenOptions {
  context: SkyflowContextSource | undefined
  current: () => Pick<ServiceAccount, 'clientId' | 'keyId' | 'tokenUri'> & {
    signClaims: SignClaims
  }
  clock: { now(): number }
}

const LIFETIME_MS = 60_000
const MAX_LIFETIME_MS = 3_600_000
/** As many as one call of the vault reveals. */
const MAX_TOKENS = 25
const PREFIX = 'signed_token_'
const DATA_TOKEN = /^(?!signed_token_)[\x20-\x7e]{1,512}$/

export function checkSignedDataTokens(
  options: SignedDataTokenOptions | undefined,
  report: Report,
): void {
  if (options === undefined) return
  const { allow, lifetimeMs = LIFETIME_MS } = options
  if (typeof allow !== 'function')
    report(
      'signedDataTokens.allow',
      'must be a function that says whether a user may have these data tokens signed',
    )
  if (!(lifetimeMs >= 1_000 && lifetimeMs <= MAX_LIFETIME_MS))
    report('signedDataTokens.lifetimeMs', `must be from 1000 to ${MAX_LIFETIME_MS}`)
}

/** `{ data_tokens, ttl? }` → `{ signed_data_tokens: [{ data_token, signed_token }] }`, in the order asked for. */
export function createSigning(signing: Signing): Operation {
  return {
    prepare(input) {
      const problem = problemOf(input)
      if (problem !== undefined) return { problem }
      const { data_tokens, ttl = MAX_LIFETIME_MS / 1000 } = input
      const wanted = { dataTokens: textsOf(data_tokens), ttlMs: Number(ttl) * 1000 }
      return (request) => sign(signing, wanted, request)
    },
  }
}

function problemOf({ data_tokens, ttl, ...others }: Readonly<Record<string, unknown>>) {
  if (Object.keys(others).length > 0)
    return 'the members are data_tokens and ttl, and there are more'
  const count = Array.isArray(data_tokens) ? data_tokens.length : 0
  if (count === 0 || count > MAX_TOKENS) return `data_tokens: give a list of 1 to ${MAX_TOKENS}`
  if (textsOf(data_tokens).length < count)
    return 'data_tokens: each is a text of at most 512 characters, and not signed yet'
  const isTtl = typeof ttl === 'number' && ttl >= 1 && ttl < Infinity
  return ttl === undefined || isTtl ? undefined : 'ttl: give seconds, 1 at least'
}

function textsOf(list: unknown): readonly string[] {
  const isDataToken = (entry: unknown): entry is string =>
    typeof entry === 'string' && DATA_TOKEN.test(entry)
  return Array.isArray(list) ? list.filter(isDataToken) : []
}

interface Wanted {
  dataTokens: readonly string[]
  ttlMs: number
}

async function sign(signing: Signing, wanted: Wanted, request: OperationRequest) {
  const { context, current, clock, lifetimeMs = LIFETIME_MS } = signing
  const session = sessionOf(request)
  await assertAllowed(signing, session, wanted.dataTokens)
  const { clientId, keyId, tokenUri, signClaims } = current()
  const ctx = contextOf(session, context)
  const now = clock.now()
  // Rounded down, so that it never outlives what was granted.
  const exp = Math.floor((now + Math.min(lifetimeMs, wanted.ttlMs, request.lifetimeMs)) / 1000)
  if (exp * 1000 <= now)
    throw new MintError('invalid_target', 'the login ends before a data token could be signed')
  const claims = {
    iss: 'sdk',
    key: keyId,
    aud: tokenUri,
    sub: clientId,
    iat: Math.floor(now / 1000),
    exp,
    ...(ctx !== undefined && { ctx }),
  }
  const signed_data_tokens = await Promise.all(
    wanted.dataTokens.map(async (tok) => ({
      data_token: tok,
      signed_token: PREFIX + (await signClaims({ ...claims, tok })),
    })),
  )
  return { result: { signed_data_tokens }, expiresAt: exp * 1000 }
}

async function assertAllowed(
  { allow }: Pick<Signing, 'allow'>,
  session: SkyflowSession,
  dataTokens: readonly string[],
): Promise<void> {
  const ask = async (): Promise<boolean> => allow(session, dataTokens)
  const isAllowed = await ask().catch((cause: unknown) => {
    throw new MintError('temporarily_unavailable', 'signedDataTokens.allow failed', { cause })
  })
  // Anything but `true` is no leave: a policy that forgets to answer must not open anything.
  if (isAllowed !== true)
    throw new MintError('invalid_target', 'this user may not have these data tokens signed')
}
