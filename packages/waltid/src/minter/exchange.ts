/** One call of walt.id's enterprise API: what is sent, what comes back. */
import { askUpstream, type UpstreamAnswer, type UpstreamContext } from '@valetkey/broker/upstream'

/** What a call is for, as messages name it. */
export type Step = 'create' | 'assign' | 'view' | 'delete' | 'login'

export interface ApiCall {
  step: Step
  method: string
  url: string
  body?: object
}

export interface CallContext extends Pick<UpstreamContext, 'signal' | 'fetch' | 'traceHeaders'> {
  /** Sent as a Bearer token. */
  token?: string
}

export interface ApiAnswer extends UpstreamAnswer {
  readonly step: Step
}

const WORDS: Readonly<Record<Step, string>> = {
  create: 'the creation of an API key',
  assign: 'the assignment of a role',
  view: 'the look at an API key',
  delete: 'the deletion of an API key',
  login: 'the login',
}

export function wordsOf(step: Step): string {
  return WORDS[step]
}

/**
 * Never tries again, never follows a redirect: what is sent goes to this address alone.
 *
 * @throws {MintError} if there is no answer that can be read.
 */
export async function exchange(
  { step, method, url, body }: ApiCall,
  { token, ...context }: CallContext,
): Promise<ApiAnswer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const answer = await askUpstream(
    { url, method, headers, json: body },
    {
      ...context,
      name: 'walt.id',
      purpose: WORDS[step],
      mend: 'check network, proxy and orgBaseUrl',
    },
  )
  return { step, ...answer }
}
