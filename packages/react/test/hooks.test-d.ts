import { QueryClient, skipToken, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import type { BrokerShape, TokenClient, TokenEvent, TokenEventMap } from '@valetkey/client'
import { expectTypeOf, test } from 'vitest'
import {
  type BrokerOf,
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
} from '../src/index.ts'
import { vaultQueryKey, vaultQueryOptions } from '../src/query.ts'

interface Broker {
  readonly '~audiences'?: { readonly cards: 'audience'; readonly records: 'group' }
}
interface Card {
  id: string
  last4: string
}
declare const client: TokenClient<Broker>
declare const readCard: (id: string, signal: AbortSignal) => Promise<Card>

test('without a registered broker any name is an audience', () => {
  expectTypeOf<BrokerOf<Record<never, never>>>().toEqualTypeOf<BrokerShape>()
  expectTypeOf(useTokenClient()).toEqualTypeOf<TokenClient>()
  expectTypeOf(useTokenStatus).toBeCallableWith('anything')
})

test('a broker can be named at the call instead', () => {
  expectTypeOf<BrokerOf<{ broker: Broker }>>().toEqualTypeOf<Broker>()
  expectTypeOf(useTokenClient<Broker>()).toEqualTypeOf<TokenClient<Broker>>()
  expectTypeOf(useTokenStatus<Broker>)
    .parameter(0)
    .toEqualTypeOf<'cards' | 'records' | `records/${string}`>()
  expectTypeOf(useFetchFor<Broker>)
    .parameter(0)
    .toEqualTypeOf<'cards' | `records/${string}`>()
  expectTypeOf(useFetchFor).returns.toEqualTypeOf<typeof fetch>()
})

test('a client of any broker fits the provider and the options', () => {
  expectTypeOf(TokenProvider).toBeCallableWith({ client })
  expectTypeOf(TokenProvider).toBeCallableWith({ client: client as TokenClient })
  expectTypeOf(vaultQueryKey(client, ['card', 7])).toEqualTypeOf<
    readonly ['valetkey', string, 'card', 7]
  >()
})

test('the options give their data type to every consumer', () => {
  const options = vaultQueryOptions(client, {
    queryKey: ['card', '1'],
    queryFn: ({ queryKey, signal }) => {
      expectTypeOf(queryKey).toEqualTypeOf<readonly ['card', '1']>()
      return readCard(queryKey[1], signal)
    },
  })
  const useCard = () => useQuery(options)
  const useCardNow = () => useSuspenseQuery(options)
  expectTypeOf<ReturnType<typeof useCard>['data']>().toEqualTypeOf<Card | undefined>()
  expectTypeOf<ReturnType<typeof useCardNow>['data']>().toEqualTypeOf<Card>()
  const queryClient = new QueryClient()
  expectTypeOf(queryClient.getQueryData(options.queryKey)).toEqualTypeOf<Card | undefined>()
  expectTypeOf(queryClient.query(options)).resolves.toEqualTypeOf<Card>()
})

test('select and skipToken are understood', () => {
  const useLast4 = () =>
    useVaultQuery({
      queryKey: ['card', '1'],
      queryFn: ({ signal }) => readCard('1', signal),
      select: (card) => card.last4,
    })
  expectTypeOf<ReturnType<typeof useLast4>['data']>().toEqualTypeOf<string | undefined>()
  const useMaybe = (id: string | undefined) =>
    useVaultQuery({
      queryKey: ['card', id],
      queryFn: id === undefined ? skipToken : ({ signal }) => readCard(id, signal),
      staleTime: (query) => (query.state.data?.last4 === '4242' ? 1000 : 0),
    })
  expectTypeOf<ReturnType<typeof useMaybe>['data']>().toEqualTypeOf<Card | undefined>()
})

test('suspended data is always there, and nothing that would make it optional is an option', () => {
  const useLast4 = () =>
    useSuspenseVaultQuery({
      queryKey: ['card', '1'],
      queryFn: ({ queryKey, signal }) => readCard(queryKey[1], signal),
      select: (card) => card.last4,
    })
  expectTypeOf<ReturnType<typeof useLast4>['data']>().toEqualTypeOf<string>()
  type Options = Parameters<typeof useSuspenseVaultQuery>[0]
  expectTypeOf<Options>().not.toHaveProperty('enabled')
  expectTypeOf<Options>().not.toHaveProperty('placeholderData')
  // @ts-expect-error there must be something to wait for
  void (() => useSuspenseVaultQuery({ queryKey: ['card'], queryFn: skipToken }))
})

test('gates and suspense take audiences and groups, in a list written in place', () => {
  type Target = 'cards' | 'records' | `records/${string}`
  expectTypeOf(useSuspenseTokens<Broker>)
    .parameter(0)
    .toEqualTypeOf<readonly Target[]>()
  expectTypeOf(TokenGate<Broker>)
    .parameter(0)
    .toHaveProperty('audiences')
    .toEqualTypeOf<readonly Target[]>()
})

test('a selection of the status has its own type', () => {
  const useExpiry = () => useTokenStatus('cards', ({ expiresAt }) => expiresAt)
  expectTypeOf<ReturnType<typeof useExpiry>>().toEqualTypeOf<number | undefined>()
})

test('a handler knows what its event says', () => {
  void (() => {
    useTokenEvent('refreshed', (event) => {
      expectTypeOf(event).toEqualTypeOf<TokenEventMap['refreshed']>()
    })
    useTokenEvent('*', (event) => {
      expectTypeOf(event).toEqualTypeOf<TokenEvent>()
    })
    // @ts-expect-error no such event
    useTokenEvent('renewed', () => {})
  })
})

test('a mutation has the types of its function', () => {
  const useSave = () =>
    useVaultMutation({
      mutationFn: (card: Card) => readCard(card.id, new AbortController().signal),
      onMutate: () => ({ before: 1 }),
      onSuccess: (saved) => expectTypeOf(saved).toEqualTypeOf<Card>(),
    })
  type Saved = ReturnType<typeof useSave>
  expectTypeOf<Saved['data']>().toEqualTypeOf<Card | undefined>()
  expectTypeOf<Saved['variables']>().toEqualTypeOf<Card | undefined>()
  expectTypeOf<Saved['context']>().toEqualTypeOf<{ before: number } | undefined>()
})

test('what would weaken the promises is not an option', () => {
  type Options = Parameters<typeof useVaultQuery>[0]
  expectTypeOf<Options>().toHaveProperty('staleTime')
  expectTypeOf<Options>().not.toHaveProperty('persister')
  expectTypeOf<Options>().not.toHaveProperty('queryHash')
  expectTypeOf<Options>().not.toHaveProperty('queryKeyHashFn')
})
