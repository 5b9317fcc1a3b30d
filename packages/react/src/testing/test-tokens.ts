/** The real client between a broker and vaults in memory, in a time that stands still. */
import { QueryClient } from '@tanstack/react-query'
import { type BrokerShape, createTokenClient, type TokenClient } from '@valetkey/client'
import {
  createFakeBroker,
  createManualClock,
  type FakeBroker,
  type FakeBrokerOptions,
  type FakeFailure,
  type ManualClock,
} from '@valetkey/client/testing'
import type { RegisteredBroker } from '../register.ts'

export interface TestTokensOptions {
  /** Names the broker knows; a list of member names makes a group. */
  audiences: FakeBrokerOptions['audiences']
  /**
   * Answers calls to vaults, which have `https://{audience}.vault.example/` as their address unless told
   * otherwise. The token, a made-up one, is in the request's `Authorization`. @default every call fails
   */
  vault?: (request: Request) => Response | Promise<Response>
  /**
   * What the broker does: hands out tokens, never answers, or fails every request in the way given, as by
   * `{ error: 'invalid_session', status: 401, retryable: false }`. @default 'ready'
   */
  state?: 'ready' | 'pending' | FakeFailure
  /** Who is signed in. @default nobody in particular */
  identity?: string
  /** Seconds that each token lives. @default 300 */
  lifetimeSeconds?: number
}

export interface TestTokens<B extends BrokerShape = RegisteredBroker> {
  readonly client: TokenClient<B>
  readonly broker: FakeBroker
  /** Starts at the present, and stands still: `await act(() => clock.advance(60_000))`. */
  readonly clock: ManualClock
  /** Without retries, so that errors show at once. */
  readonly queryClient: QueryClient
}

const BROKER = 'https://broker.example/api/broker'

/**
 * What a `TestTokenProvider` holds, for tests that also want to reach behind it: to let time pass, to
 * count broker requests, to sign somebody else in. Touches no network, no timer, no window.
 */
export function createTestTokens<B extends BrokerShape = RegisteredBroker>({
  audiences,
  vault = noVault,
  state = 'ready',
  identity,
  lifetimeSeconds = 300,
}: TestTokensOptions): TestTokens<B> {
  const clock = createManualClock(Date.now())
  const broker = createFakeBroker({ clock, audiences, lifetimeSeconds })
  if (typeof state === 'object') broker.failNext({ times: Number.POSITIVE_INFINITY, ...state })
  const client = createTokenClient<B>(BROKER, {
    clock,
    random: () => 0.5,
    tabs: false,
    preconnect() {},
    wakeSignals: { listen: () => () => {}, hidden: () => false, online: () => true },
    fetch(input, init) {
      const url = input instanceof Request ? input.url : String(input)
      if (!url.startsWith(BROKER)) return ask(vault, input, init)
      return state === 'pending' ? untilAborted(init) : broker.fetch(input, init)
    },
  })
  if (identity !== undefined) client.reset(identity)
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  return { client, broker, clock, queryClient }
}

function noVault({ method, url }: Request): never {
  throw new Error(`${method} ${url}: give TestTokenProvider or createTestTokens a \`vault\``)
}

type Asked = Parameters<typeof fetch>

async function ask(
  vault: NonNullable<TestTokensOptions['vault']>,
  ...[input, init]: Asked
): Promise<Response> {
  // The signal of another window, as jsdom's is, is none to Node's `Request`.
  const answer = async () => vault(new Request(input, { ...init, signal: null }))
  return Promise.race([answer(), untilAborted(init)])
}

/** As a `fetch` that nobody answers. */
function untilAborted({ signal }: RequestInit = {}): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
}
