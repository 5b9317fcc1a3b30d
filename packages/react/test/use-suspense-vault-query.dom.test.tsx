import { dehydrate } from '@tanstack/react-query'
import { act, render, screen, waitFor } from '@testing-library/react'
import { Component, type ReactNode, StrictMode, Suspense } from 'react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { useFetchFor, useSuspenseVaultQuery } from '../src/index.ts'
import { keys } from './card.tsx'
import { type Broker, createHouse, type House, pass, readCard, tearDown } from './house.tsx'

function setup(...options: Parameters<typeof createHouse>) {
  const house = createHouse(...options)
  onTestFinished(() => tearDown(house))
  const shown: string[] = []
  function Card() {
    const fetchCards = useFetchFor<Broker>('cards')
    const { data } = useSuspenseVaultQuery({
      queryKey: ['card'],
      queryFn: ({ signal }) => readCard(fetchCards, signal),
    })
    shown.push(data.owner)
    return <p>card of {data.owner}</p>
  }
  const app = (
    <StrictMode>
      <Suspense fallback="suspended">
        <Card />
        <Card />
        <Card />
      </Suspense>
    </StrictMode>
  )
  return { house, app, shown }
}

/** A vault that answers when told to. */
function holdVault(house: House) {
  const waiting: ((response: Response) => void)[] = []
  house.vault(() => new Promise((resolve) => waiting.push(resolve)))
  return {
    waiting,
    answer: (owner: string) => waiting.splice(0).forEach((one) => one(Response.json({ owner }))),
  }
}

it('suspends until the data is there: three components, one broker request, one vault call', async () => {
  const { house, app } = setup()
  house.client.reset('alice')
  render(app, { wrapper: house.Providers })
  expect(document.body.textContent).toBe('suspended')
  expect(await screen.findAllByText('card of alice')).toHaveLength(3)
  expect(keys(house.queryClient)).toEqual([['valetkey', 'alice', 'card']])
  expect(house.broker.requests()).toHaveLength(1)
  expect(house.vaultCalls).toHaveLength(1)
  expect(dehydrate(house.queryClient).queries).toEqual([])
})

it('shows the fallback to the next user until there is data of theirs', async () => {
  const { house, app, shown } = setup()
  house.client.reset('alice')
  render(app, { wrapper: house.Providers })
  await screen.findAllByText('card of alice')
  shown.length = 0

  const held = holdVault(house)
  act(() => house.client.reset('bob'))
  await waitFor(() => expect(held.waiting).toHaveLength(1))
  expect(
    screen.queryAllByText('card of alice').filter((one) => one.style.display !== 'none'),
  ).toEqual([])
  expect(document.body.textContent).toContain('suspended')
  await act(async () => held.answer('bob'))
  expect(await screen.findAllByText('card of bob')).toHaveLength(3)
  expect(new Set(shown)).toEqual(new Set(['bob']))
})

it('asks for the next user if the user changes while it is suspended, and drops the late answer', async () => {
  const { house, app, shown } = setup()
  house.client.reset('alice')
  const held = holdVault(house)
  render(app, { wrapper: house.Providers })
  await waitFor(() => expect(held.waiting).toHaveLength(1))

  house.vault(() => Response.json({ owner: 'bob' }))
  await act(async () => house.client.reset('bob'))
  await act(async () => held.answer('alice'))
  expect(await screen.findAllByText('card of bob')).toHaveLength(3)
  expect(new Set(shown)).toEqual(new Set(['bob']))
  expect(keys(house.queryClient)).toEqual([['valetkey', 'bob', 'card']])
})

it('hands what the error calls final to the nearest boundary, without another try', async () => {
  const { house, app } = setup()
  const complaints = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => complaints.mockRestore())
  house.vault(() => new Response(null, { status: 403 }))
  class Boundary extends Component<{ children: ReactNode }> {
    override state: { error?: Error } = {}
    static getDerivedStateFromError = (error: Error) => ({ error })
    override render() {
      return this.state.error === undefined ? this.props.children : this.state.error.message
    }
  }
  render(<Boundary>{app}</Boundary>, { wrapper: house.Providers })
  await waitFor(() => expect(document.body.textContent).toBe('vault'))
  expect(house.vaultCalls).toHaveLength(1)
})

it('keeps the data no longer than a second after its component is gone', async () => {
  const { house, app } = setup()
  const { unmount } = render(app, { wrapper: house.Providers })
  await screen.findAllByText('card of alice')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  unmount()
  vi.advanceTimersByTime(1_000)
  expect(keys(house.queryClient)).toEqual([])
  await pass(house, 0)
})
