import { dehydrate, type Mutation, QueryClient } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import {
  keepOutOfDehydrate,
  shouldDehydrateMutation,
  shouldDehydrateQuery,
} from '../src/dehydration.ts'
import { isVaultMutation, isVaultQuery } from '../src/vault-query-key.ts'

function clientWithData(options?: ConstructorParameters<typeof QueryClient>[0]): QueryClient {
  const queryClient = new QueryClient(options)
  queryClient.setQueryData(['weather'], 'sunny')
  queryClient.setQueryData(['valetkey', 'alice', 'card'], '4242 4242 4242 4242')
  return queryClient
}
const keysOf = (state: { queries: { queryKey: readonly unknown[] }[] }) =>
  state.queries.map((query) => query.queryKey[0])

it('leaves vault data out of dehydrate, and nothing else', () => {
  const queryClient = clientWithData()
  expect(keysOf(dehydrate(queryClient))).toEqual(['weather', 'valetkey'])

  keepOutOfDehydrate(queryClient)
  expect(keysOf(dehydrate(queryClient))).toEqual(['weather'])
})

it("keeps the app's own rule, other defaults, and adds itself once", () => {
  const asked: unknown[] = []
  const queryClient = clientWithData({
    defaultOptions: {
      queries: { staleTime: 7 },
      dehydrate: {
        serializeData: (data) => data,
        shouldDehydrateQuery(query) {
          asked.push(query.queryKey[0])
          return true
        },
      },
    },
  })
  keepOutOfDehydrate(queryClient)
  const defaults = queryClient.getDefaultOptions()
  keepOutOfDehydrate(queryClient)
  expect(queryClient.getDefaultOptions()).toBe(defaults)

  expect(keysOf(dehydrate(queryClient))).toEqual(['weather'])
  expect(asked).toEqual(['weather'])
  expect(defaults.queries?.staleTime).toBe(7)
  expect(defaults.dehydrate?.serializeData).toBeTypeOf('function')
})

it('comes back after the app has replaced the defaults', () => {
  const queryClient = clientWithData()
  keepOutOfDehydrate(queryClient)
  queryClient.setDefaultOptions({})
  keepOutOfDehydrate(queryClient)
  expect(keysOf(dehydrate(queryClient))).toEqual(['weather'])
})

it('gives rules for apps that hand dehydrate one of their own', () => {
  const queryClient = clientWithData()
  expect(keysOf(dehydrate(queryClient, { shouldDehydrateQuery }))).toEqual(['weather'])
  const all = dehydrate(queryClient, { shouldDehydrateQuery: (query) => !isVaultQuery(query) })
  expect(keysOf(all)).toEqual(['weather'])
})

it.each([
  ['usual rule', {}],
  ["app's own", { dehydrate: { shouldDehydrateMutation: () => true } }],
])('leaves out waiting mutations of vault data, and keeps others (%s)', (_, defaultOptions) => {
  const queryClient = new QueryClient({ defaultOptions })
  const mutations = queryClient.getMutationCache()
  const paused = (key: string) =>
    mutations.build(
      queryClient,
      { mutationKey: [key] },
      {
        context: undefined,
        data: undefined,
        error: null,
        failureCount: 0,
        failureReason: null,
        isPaused: true,
        status: 'pending',
        submittedAt: 0,
        variables: '4242',
      },
    )
  paused('valetkey')
  paused('weather')
  keepOutOfDehydrate(queryClient)
  const keysOfMutations = (state: ReturnType<typeof dehydrate>) =>
    state.mutations.map(({ mutationKey }) => mutationKey)
  expect(keysOfMutations(dehydrate(queryClient))).toEqual([['weather']])
  const ours = dehydrate(queryClient, { shouldDehydrateMutation })
  expect(keysOfMutations(ours)).toEqual([['weather']])
  const all = (mutation: Mutation) => !isVaultMutation(mutation)
  expect(keysOfMutations(dehydrate(queryClient, { shouldDehydrateMutation: all }))).toEqual([
    ['weather'],
  ])
})
