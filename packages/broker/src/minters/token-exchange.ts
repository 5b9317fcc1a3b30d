/** Whose token is exchanged for the one of the vault (RFC 8693). */
import { MintError, type MintRequest } from '../minter.ts'

/** For whom a token is exchanged: what `authenticate` said of the user. Nothing in it comes from the browser. */
export type ExchangeSession = Pick<MintRequest, 'audience' | 'subject' | 'context' | 'signal'>

/** A token of the user's own login, with its type where it is not an access token. */
export type SubjectToken = string | { readonly token: string; readonly type: string }

export interface TokenExchange {
  /**
   * The token of the user's login, from the app's own session store by `subject`; `null` where there is none.
   * Keep it out of `context`, which is part of the cache's key.
   */
  readonly subjectToken: (
    session: ExchangeSession,
  ) => SubjectToken | null | undefined | Promise<SubjectToken | null | undefined>
  /** Who acts for the user (RFC 8693, section 2.1), where the server wants to know. */
  readonly actorToken?: (session: ExchangeSession) => SubjectToken | Promise<SubjectToken>
  /** @default left to the server */
  readonly requestedTokenType?: string
}

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** @throws {MintError} if there is no token to exchange. */
export async function exchangeParameters(
  { subjectToken, actorToken, requestedTokenType }: TokenExchange,
  { audience, subject, context, signal }: MintRequest,
): Promise<Record<string, string>> {
  const session = {
    audience,
    signal,
    ...(subject !== undefined && { subject }),
    ...(context !== undefined && { context }),
  }
  const given = await asked('subjectToken', async () => subjectToken(session))
  if (given === null || given === undefined)
    throw new MintError(
      'invalid_target',
      'this login has no token to exchange (subjectToken gave none)',
    )
  const actor = actorToken && (await asked('actorToken', async () => actorToken(session)))
  return {
    ...tokenParameters('subject', given),
    ...(actor !== undefined && tokenParameters('actor', actor)),
    ...(requestedTokenType !== undefined && { requested_token_type: requestedTokenType }),
  }
}

function tokenParameters(party: 'subject' | 'actor', given: SubjectToken): Record<string, string> {
  const { token, type } = typeof given === 'string' ? { token: given, type: ACCESS_TOKEN } : given
  return { [`${party}_token`]: token, [`${party}_token_type`]: type }
}

/** A session store that is down is no reason to sign anybody out. */
async function asked<T>(name: string, ask: () => Promise<T>): Promise<T> {
  return ask().catch((cause: unknown) => {
    if (cause instanceof MintError) throw cause
    throw new MintError('temporarily_unavailable', `${name} failed`, { cause })
  })
}
