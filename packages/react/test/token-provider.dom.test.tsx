import { dehydrate, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { TokenProvider, useTokenClient } from '../src/index.ts'
import { vaultQueryKey } from '../src/query.ts'
import { createHouse, tearDown } from './house.tsx'

function setup() {
  const house = createHouse()
  onTestFinished(() => tearDown(house))
  return house
}

function ShowIdentity() {
  return <p>{useTokenClient().identity()}</p>
}

it('hands out its client', () => {
  const house = setup()
  house.client.reset('alice')
  render(<ShowIdentity />, { wrapper: house.Providers })
  expect(screen.getByText('alice')).toBeDefined()
})

it('is missed with both of its causes named', () => {
  const complaints = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => complaints.mockRestore())
  expect(() => render(<ShowIdentity />)).toThrow(/TokenProvider.*two copies/)
})

it('removes vault data when somebody else signs in, though nothing shows it', () => {
  const { client, queryClient, Providers } = setup()
  client.reset('alice')
  render(
    <StrictMode>
      <Providers>nothing</Providers>
    </StrictMode>,
  )
  queryClient.setQueryData(['weather'], 'sunny')
  queryClient.setQueryData(vaultQueryKey(client, ['card']), '4242')
  expect(dehydrate(queryClient).queries.map((query) => query.queryKey)).toEqual([['weather']])

  client.reset('bob')
  expect(
    queryClient
      .getQueryCache()
      .getAll()
      .map((query) => query.queryKey),
  ).toEqual([['weather']])
})

it('needs no QueryClient', () => {
  const { client } = setup()
  client.reset('alice')
  render(
    <TokenProvider client={client}>
      <ShowIdentity />
    </TokenProvider>,
  )
  expect(screen.getByText('alice')).toBeDefined()
})

it('watches on for those that are left when one of two providers goes', () => {
  const { client, queryClient, Providers } = setup()
  client.reset('alice')
  const { rerender } = render(
    <>
      <Providers>one</Providers>
      <Providers>two</Providers>
    </>,
  )
  rerender(
    <>
      <Providers>one</Providers>
    </>,
  )
  queryClient.setQueryData(vaultQueryKey(client, ['card']), '4242')
  client.reset('bob')
  expect(queryClient.getQueryCache().getAll()).toEqual([])
})

it('lets go of clients it no longer has, and of all when unmounted', () => {
  const { client, queryClient } = setup()
  const listeners = new Set<object>()
  const counted: typeof client = {
    ...client,
    on(type, listener) {
      const stop = client.on(type, listener)
      listeners.add(stop)
      return () => {
        stop()
        listeners.delete(stop)
      }
    },
  }
  const app = (one: typeof client) => (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <TokenProvider client={one}>x</TokenProvider>
      </QueryClientProvider>
    </StrictMode>
  )
  const { rerender, unmount } = render(app(counted))
  expect(listeners.size).toBe(1)
  rerender(app(client))
  expect(listeners.size).toBe(0)
  rerender(app(counted))
  unmount()
  expect(listeners.size).toBe(0)
})
