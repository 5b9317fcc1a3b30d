/** The page of the browser tests: one client, made as an app makes it. */
import {
  createTokenClient,
  isTokenError,
  type TokenClient,
  type TokenClientOptions,
} from '@valetkey/client'

export interface Audiences {
  readonly '~audiences'?: {
    readonly cards: 'audience'
    readonly notes: 'audience'
    readonly records: 'group'
  }
}

// What tests reach from the outside; a real app would keep it in a module.
declare global {
  /** Set by a test before the page loads. */
  var clientOptions: TokenClientOptions | undefined
  var client: TokenClient<Audiences>
  var newClient: typeof createTokenClient<Audiences>
  /** How a promise ended: `ok`, or the code or name of its error. */
  var outcomeOf: (promise: Promise<unknown>) => Promise<string>
}

globalThis.newClient = createTokenClient<Audiences>
globalThis.client = createTokenClient<Audiences>('/api/broker', globalThis.clientOptions)
globalThis.outcomeOf = (promise) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (isTokenError(error) ? error.code : (error as Error).name),
  )
