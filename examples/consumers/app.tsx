/** What apps write with the hooks, with every type they rely on: compiled with each of the peers. */
import {
  QueryClient,
  skipToken,
  useQueries,
  useQuery,
  useSuspenseQuery,
} from '@tanstack/react-query'
import { createTokenClient, type TokenClient, type TokenError } from '@valetkey/client'
import {
  TokenGate,
  TokenProvider,
  useFetchFor,
  useSuspenseTokens,
  useSuspenseVaultQuery,
  useTokenClient,
  useTokenEvent,
  useTokenStatus,
  useVaultMutation,
  useVaultQuery,
} from '@valetkey/react'
import { TokenDevtools, tokenDevtoolsPlugin } from '@valetkey/react/devtools'
import { shouldDehydrateQuery, vaultQueryKey, vaultQueryOptions } from '@valetkey/react/query'
import { createTestTokens, TestTokenProvider } from '@valetkey/react/testing'

interface Broker {
  readonly '~audiences'?: { readonly cards: 'audience'; readonly records: 'group' }
}
declare module '@valetkey/react' {
  interface Register {
    broker: Broker
  }
}
interface Card {
  holder: string
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles only where both types are the same: `unknown` and `any` are not. */
function same<Expected>() {
  return <Actual,>(
    _value: Actual,
    ..._proof: Same<Actual, Expected> extends true ? [] : ['is of another type']
  ): void => {}
}

export const tokens: TokenClient<Broker> = createTokenClient<Broker>('/api/broker', {
  identity: () => 'ada',
})
/** A part of an app that takes a client of any broker. */
export const ofAnyBroker: TokenClient = tokens
declare const readCard: (id: string, signal: AbortSignal) => Promise<Card>

export function useCard(id: string) {
  const client = useTokenClient()
  const options = vaultQueryOptions(client, {
    queryKey: ['card', id],
    queryFn: ({ queryKey, signal }) => readCard(queryKey[1], signal),
  })
  const card = useQuery(options)
  same<Card | undefined>()(card.data)
  same<Card>()(useSuspenseQuery(options).data)
  const [first] = useQueries({ queries: [options] })
  same<Card | undefined>()(first.data)
  same<Card | undefined>()(new QueryClient().getQueryData(options.queryKey))
  same<readonly ['valetkey', string, 'card', string]>()(vaultQueryKey(client, ['card', id]))
  return card.data?.holder
}

export function Cards({ id }: { id: string | undefined }) {
  const fetchCards = useFetchFor('cards')
  same<typeof fetch>()(fetchCards)
  useSuspenseTokens(['cards', 'records/node-a'])
  useTokenEvent('refreshed', ({ generation }) => same<number>()(generation))
  const { status } = useTokenStatus('records')
  same<'idle' | 'pending' | 'ready' | 'error'>()(status)
  same<number | undefined>()(useTokenStatus('cards', ({ expiresAt }) => expiresAt))
  const holder = useVaultQuery({
    queryKey: ['card', id],
    queryFn: id === undefined ? skipToken : ({ signal }) => readCard(id, signal),
    select: (card) => card.holder,
  })
  same<string | undefined>()(holder.data)
  const number = useSuspenseVaultQuery({
    queryKey: ['card', 7],
    queryFn: ({ queryKey, signal }) => readCard(String(queryKey[1]), signal),
  })
  same<Card>()(number.data)
  const rename = useVaultMutation({
    mutationFn: (name: string) => fetchCards('v1/cards', { method: 'PUT', body: name }),
    onSuccess: (response) => same<Response>()(response),
  })
  same<Response | undefined>()(rename.data)
  return <button onClick={() => rename.mutate('Ada')}>{holder.data}</button>
}

// @ts-expect-error no such audience
export const useNoFetch = () => useFetchFor('carts')
// @ts-expect-error a group has no token of its own
export const useNoGroupFetch = () => useFetchFor('records')
// @ts-expect-error no such audience
export const NoGate = () => <TokenGate audiences={['carts']} />

export const App = () => (
  <TokenProvider client={tokens}>
    <TokenGate
      audiences={['cards', 'records']}
      fallback={null}
      errorFallback={(error: TokenError) => <a href={error.docsUrl}>{error.code}</a>}
    >
      <Cards id="1" />
    </TokenGate>
    <TokenDevtools theme="dark" client={tokens} />
    {tokenDevtoolsPlugin({ client: tokens }).render}
  </TokenProvider>
)

const test = createTestTokens({ audiences: { cards: {} }, identity: 'ada' })
same<TokenClient<Broker>>()(test.client)
export const Story = () => (
  <TestTokenProvider tokens={test}>
    <App />
  </TestTokenProvider>
)
export const queries = new QueryClient({
  defaultOptions: { dehydrate: { shouldDehydrateQuery } },
})
