/** What the tests share: the real client between a broker and a vault in memory, time under control. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup } from '@testing-library/react'
import { createTokenClient, type TokenClient, type TokenClientOptions } from '@valetkey/client'
import {
  createFakeBroker,
  createManualClock,
  type FakeBroker,
  type ManualClock,
} from '@valetkey/client/testing'
import type { ReactNode } from 'react'
import { TokenProvider } from '../src/index.ts'

export interface Broker {
  readonly '~audiences'?: {
    readonly cards: 'audience'
    readonly notes: 'audience'
    readonly records: 'group'
  }
}

/** Tokens live this long; with `random` at one half they are renewed when 30 % of it is left. */
export const LIFETIME_MS = 100_000
export const REFRESH_AFTER_MS = 0.7 * LIFETIME_MS

export interface House {
  readonly clock: ManualClock
  readonly broker: FakeBroker
  readonly client: TokenClient<Broker>
  readonly queryClient: QueryClient
  /** `Authorization` headers the vault saw, oldest first. */
  readonly vaultCalls: (string | null)[]
  /** Whose data the vault answers with. */
  signIn(user: string): void
  /** The vault answers from now on as told; without argument, as at first. */
  vault(answer?: (url: string) => Response | Promise<Response>): void
  /** The providers in their usual order. */
  readonly Providers: (props: { children: ReactNode }) => ReactNode
}

const BROKER = 'https://app.example/api/broker'

export function createHouse(options: TokenClientOptions = {}): House {
  const clock = createManualClock(Date.now())
  const broker = createFakeBroker({
    clock,
    lifetimeSeconds: LIFETIME_MS / 1000,
    audiences: { cards: {}, notes: {}, records: { members: ['a', 'b', 'c'] } },
  })
  const vaultCalls: (string | null)[] = []
  let user = 'alice'
  const usual = (url: string) => Response.json({ owner: user, path: new URL(url).pathname })
  let answer: (url: string) => Response | Promise<Response> = usual

  const client = createTokenClient<Broker>(BROKER, {
    clock,
    random: () => 0.5,
    async fetch(input, init) {
      const url = input instanceof Request ? input.url : String(input)
      if (url.startsWith(BROKER)) return broker.fetch(input, init)
      vaultCalls.push(new Headers(init?.headers).get('authorization'))
      return answer(url)
    },
    ...options,
  })
  const queryClient = new QueryClient()
  return {
    clock,
    broker,
    client,
    queryClient,
    vaultCalls,
    signIn(next) {
      user = next
    },
    vault(next = usual) {
      answer = next
    },
    Providers: ({ children }) => (
      <QueryClientProvider client={queryClient}>
        <TokenProvider client={client}>{children}</TokenProvider>
      </QueryClientProvider>
    ),
  }
}

/** Lets time pass, and React show what came of it. */
export async function pass(house: House, ms: number): Promise<void> {
  await act(() => house.clock.advance(ms))
}

/** Asks the vault of `cards`, as an app would. */
export async function readCard(
  fetchCards: typeof fetch,
  signal: AbortSignal,
): Promise<{ owner: string }> {
  const response = await fetchCards('v1/card', { signal })
  if (!response.ok) throw Object.assign(new Error('vault'), { retryable: response.status >= 500 })
  return response.json()
}

/** Unmounts everything, and ends what the client still has running. */
export function tearDown(house: House): void {
  cleanup()
  house.client.dispose()
  house.queryClient.clear()
}
