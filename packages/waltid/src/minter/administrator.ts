/** Makes calls in the name of the administrator, by a token or by a login that is renewed. */
import { MintError } from '@valetkey/broker'
import { endOfLogin, tokenIn } from './answers.ts'
import { type ApiAnswer, type ApiCall, type CallContext, exchange } from './exchange.ts'

export interface Login {
  readonly url: string
  readonly email: string
  readonly password: string
}

export type AdminCredential = { readonly token: string } | Login

export interface AdministratorOptions {
  credential: AdminCredential
  clock: { now(): number }
  fetch: typeof fetch
}

export interface Administrator {
  /**
   * `prepare` makes the call as late as can be, given the time that has gone by for a login: for each attempt
   * anew. A login that was refused is made once more.
   */
  call(
    prepare: (waitedMs: number) => ApiCall,
    context: Pick<CallContext, 'signal' | 'traceHeaders'>,
  ): Promise<ApiAnswer>
}

interface Session {
  readonly token: string
  /** Epoch milliseconds; without one it is used until it is refused. */
  readonly endsAt: number | undefined
}

/** A login that ends within this time is made anew. */
const RENEWAL_LEAD_MS = 30_000
/** One login serves several callers, so none of their deadlines is its own. */
const LOGIN_TIMEOUT_MS = 8_000

export function createAdministrator(options: AdministratorOptions): Administrator {
  const { credential } = options
  return 'token' in credential
    ? {
        call: (prepare, context) => exchange(prepare(0), { ...context, ...credential, ...options }),
      }
    : createSignedIn(credential, options)
}

function createSignedIn(
  { url, email, password }: Login,
  { clock, fetch: send }: AdministratorOptions,
): Administrator {
  let session: Session | undefined
  let flight: Promise<Session> | undefined

  function usable(): Session | undefined {
    const { endsAt } = session ?? {}
    return endsAt !== undefined && endsAt - RENEWAL_LEAD_MS <= clock.now() ? undefined : session
  }

  async function login(): Promise<Session> {
    const call: ApiCall = { step: 'login', method: 'POST', url, body: { email, password } }
    const signal = AbortSignal.timeout(LOGIN_TIMEOUT_MS)
    const answer = await exchange(call, { signal, fetch: send })
    const { token, content } = tokenIn(answer, clock.now())
    session = { token, endsAt: endOfLogin(token, content) }
    return session
  }

  /** One login for all who need it. */
  function renewed(signal: AbortSignal): Promise<Session> {
    flight ??= login().finally(() => {
      flight = undefined
    })
    return untilAborted(flight, signal)
  }

  return {
    async call(prepare, context) {
      const startedAt = clock.now()
      const held = usable()
      const first = held ?? (await renewed(context.signal))
      const attempt = ({ token }: Session, waitedMs: number) =>
        exchange(prepare(waitedMs), { ...context, fetch: send, token })
      // Without a login nothing was waited for, whatever the clock shows.
      const answer = await attempt(first, held ? 0 : clock.now() - startedAt)
      if (answer.status !== 401 || !held) return answer
      if (session === held) session = undefined
      const again = usable() ?? (await renewed(context.signal))
      return attempt(again, clock.now() - startedAt)
    },
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () =>
      reject(new MintError('upstream_timeout', 'walt.id did not answer the login in time'))
    signal.addEventListener('abort', give, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', give))
  })
}
