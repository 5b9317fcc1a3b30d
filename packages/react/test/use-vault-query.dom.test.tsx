import { dehydrate, QueryClientProvider, skipToken } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { TokenProvider, useFetchFor, useVaultQuery } from '../src/index.ts'
import { keys, setup } from './card.tsx'
import { type Broker, pass, readCard, REFRESH_AFTER_MS } from './house.tsx'

it('reads vault data under the key of who is signed in', async () => {
  const { house, Card } = setup()
  house.client.reset('alice')
  render(
    <StrictMode>
      <Card />
      <Card />
      <Card />
    </StrictMode>,
    { wrapper: house.Providers },
  )
  expect(await screen.findAllByText('card of alice')).toHaveLength(3)
  expect(keys(house.queryClient)).toEqual([['valetkey', 'alice', 'card', '1']])
  expect(house.broker.requests()).toHaveLength(1)
})

it('files what nobody in particular asks for under anonymous', async () => {
  const { house, Card } = setup()
  render(<Card />, { wrapper: house.Providers })
  await screen.findByText('card of alice')
  expect(keys(house.queryClient)).toEqual([['valetkey', 'anonymous', 'card', '1']])
})

it('renders nothing again when a token is renewed, in a thousand components', async () => {
  const { house, Card, renders } = setup()
  const cards = Array.from({ length: 1000 }, (_, index) => (
    <Card key={index} id={`${index % 10}`} />
  ))
  render(cards, { wrapper: house.Providers })
  await waitFor(() => expect(screen.getAllByText('card of alice')).toHaveLength(1000), {
    timeout: 15_000,
  })
  onTestFinished(house.client.keepFresh('cards'))
  renders.length = 0

  await pass(house, 5 * REFRESH_AFTER_MS)
  expect(house.broker.mints()).toBe(6)
  expect(renders).toEqual([])
}, 30_000)

it('asks the vault nothing when the provider renders again', async () => {
  const { house, Card, renders } = setup()
  const { rerender } = render(<Card />, { wrapper: house.Providers })
  await screen.findByText('card of alice')
  rerender(<Card />)
  rerender(<Card />)
  await pass(house, 0)
  expect(house.vaultCalls).toHaveLength(1)
  expect(renders.length).toBeGreaterThan(2)
})

it('does not repeat what the error calls final', async () => {
  const { house, Card } = setup()
  house.broker.failNext({ error: 'invalid_target', status: 403, times: 10 })
  render(<Card />, { wrapper: house.Providers })
  await screen.findByText(/grants/)
  expect(house.vaultCalls).toHaveLength(0)
  expect(house.broker.requests()).toHaveLength(1)
})

it("repeats after a passing fault, with the QueryClient's own delay", async () => {
  const { house, Card } = setup()
  house.queryClient.setDefaultOptions({ queries: { retryDelay: 1 } })
  const answers = [503, 503, 200]
  house.vault(() => Response.json({ owner: 'alice' }, { status: answers.shift() ?? 500 }))
  render(<Card />, { wrapper: house.Providers })
  await screen.findByText('card of alice')
  expect(house.vaultCalls).toHaveLength(3)
})

it('does not repeat at all if the QueryClient says so', async () => {
  const { house, Card } = setup()
  house.queryClient.setDefaultOptions({ queries: { retry: false } })
  house.vault(() => Response.json({}, { status: 503 }))
  render(<Card />, { wrapper: house.Providers })
  await screen.findByText('vault')
  expect(house.vaultCalls).toHaveLength(1)
})

it('keeps vault data out of snapshots and persisters, and drops it when nothing shows it', async () => {
  const { house } = setup()
  function Bare() {
    const fetchCards = useFetchFor<Broker>('cards')
    const { data } = useVaultQuery({
      queryKey: ['card'],
      queryFn: ({ signal }) => readCard(fetchCards, signal),
    })
    return <p>{data?.owner}</p>
  }
  const persister = vi.fn<() => never>()
  house.queryClient.setDefaultOptions({ queries: { persister, gcTime: 60_000 } })
  const { unmount } = render(<Bare />, { wrapper: house.Providers })
  await screen.findByText('alice')

  expect(persister).not.toHaveBeenCalled()
  expect(dehydrate(house.queryClient).queries).toEqual([])
  const [query] = house.queryClient.getQueryCache().getAll()
  expect(query?.meta).toEqual({ persist: false })

  unmount()
  await waitFor(() => expect(keys(house.queryClient)).toEqual([]))
})

it('waits while there is nothing to ask', async () => {
  const { house } = setup()
  function Card({ id }: { id?: string }) {
    const fetchCards = useFetchFor<Broker>('cards')
    const { data, fetchStatus } = useVaultQuery({
      queryKey: ['card', id],
      queryFn: id === undefined ? skipToken : ({ signal }) => readCard(fetchCards, signal),
    })
    return <p>{data?.owner ?? fetchStatus}</p>
  }
  const { rerender } = render(<Card />, { wrapper: house.Providers })
  expect(screen.getByText('idle')).toBeDefined()
  rerender(<Card id="1" />)
  await screen.findByText('alice')
})

it('does as much below a provider that stands outside of the QueryClient', async () => {
  const { house, Card } = setup()
  const listeners = new Set<object>()
  const counted: typeof house.client = {
    ...house.client,
    on(type, listener) {
      const stop = house.client.on(type, listener)
      listeners.add(stop)
      return () => {
        stop()
        listeners.delete(stop)
      }
    },
  }
  const { unmount } = render(
    <StrictMode>
      <TokenProvider client={counted}>
        <QueryClientProvider client={house.queryClient}>
          <Card />
          <Card />
        </QueryClientProvider>
      </TokenProvider>
    </StrictMode>,
  )
  await screen.findAllByText('card of alice')
  expect(dehydrate(house.queryClient).queries).toEqual([])
  house.signIn('bob')
  house.client.reset('bob')
  expect(await screen.findAllByText('card of bob')).toHaveLength(2)
  expect(keys(house.queryClient)).toEqual([['valetkey', 'bob', 'card', '1']])

  unmount()
  expect(listeners.size).toBe(0)
})
