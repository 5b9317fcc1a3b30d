/** Compiled by registered.test.ts in a program of its own; never run. */
import { type TokenClient } from '@valetkey/client'
import {
  TokenGate,
  TokenProvider,
  useFetchFor,
  useSuspenseTokens,
  useTokenClient,
  useTokenStatus,
  useVaultQuery,
} from '@valetkey/react'
import { expectTypeOf, test } from 'vitest'
import type { Broker } from './register.ts'

test('a registered broker names the audiences, with no type argument anywhere', () => {
  expectTypeOf(useTokenClient()).toEqualTypeOf<TokenClient<Broker>>()
  expectTypeOf(useTokenStatus).toBeCallableWith('cards')
  expectTypeOf(useTokenStatus).toBeCallableWith('records')
  expectTypeOf(useTokenStatus).toBeCallableWith('records/node-a')
  expectTypeOf(useFetchFor).toBeCallableWith('cards')
  expectTypeOf(useFetchFor).toBeCallableWith('records/node-a', { scope: 'read' })
  // @ts-expect-error no such audience
  void (() => useTokenStatus('carts'))
  expectTypeOf(useSuspenseTokens).toBeCallableWith(['cards', 'records'])
  expectTypeOf(TokenGate).toBeCallableWith({ audiences: ['cards', 'records/node-a'] })
  // @ts-expect-error no such audience
  void (() => useFetchFor('carts'))
  // @ts-expect-error no such audience
  void (() => useSuspenseTokens(['carts']))
  // @ts-expect-error no such audience
  void (() => TokenGate({ audiences: ['carts'] }))
  // @ts-expect-error a group has no token of its own
  void (() => useFetchFor('records'))
  // @ts-expect-error no such audience
  void (() => useTokenClient().getToken('carts'))
})

test('a client of the registered broker fits the provider', () => {
  const client = {} as TokenClient<Broker>
  expectTypeOf(TokenProvider).toBeCallableWith({ client })
})

test('vault data keeps its type', () => {
  const useCard = () => useVaultQuery({ queryKey: ['card'], queryFn: () => ({ last4: '4242' }) })
  expectTypeOf<ReturnType<typeof useCard>['data']>().toEqualTypeOf<{ last4: string } | undefined>()
})
