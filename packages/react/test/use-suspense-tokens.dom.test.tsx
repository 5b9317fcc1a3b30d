import { act, render, screen } from '@testing-library/react'
import { Component, type ReactNode, StrictMode, Suspense } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { expect, it, onTestFinished, vi } from 'vitest'
import { useSuspenseTokens } from '../src/index.ts'
import {
  type Broker,
  createHouse,
  LIFETIME_MS,
  pass,
  REFRESH_AFTER_MS,
  tearDown,
} from './house.tsx'

type Targets = Parameters<typeof useSuspenseTokens<Broker>>[0]

class Boundary extends Component<{ children: ReactNode }, { said?: string }> {
  override state: { said?: string } = {}
  static getDerivedStateFromError = (error: Error) => ({ said: error.message })
  override render() {
    return this.state.said ?? this.props.children
  }
}

function setup() {
  const house = createHouse()
  onTestFinished(() => tearDown(house))
  const renders: Targets[] = []
  function Child({ needs = ['cards'] }: { needs?: Targets }) {
    useSuspenseTokens<Broker>([...needs])
    renders.push(needs)
    return <p>child</p>
  }
  const suspended = (children: ReactNode) => (
    <StrictMode>
      <Boundary>
        <Suspense fallback="waiting">{children}</Suspense>
      </Boundary>
    </StrictMode>
  )
  const shown = () => document.body.textContent
  return { house, Child, suspended, shown, renders }
}

it('suspends until all are there: three components in StrictMode, one broker request', async () => {
  const { house, Child, suspended, shown } = setup()
  house.broker.set({ latencyMs: 50 })
  const needs: Targets = ['cards', 'records']
  render(
    suspended(
      <>
        <Child needs={needs} />
        <Child needs={needs} />
        <Child needs={['records', 'cards']} />
      </>,
    ),
    { wrapper: house.Providers },
  )
  await pass(house, 49)
  expect(shown()).toBe('waiting')
  await pass(house, 1)
  expect(shown()).toBe('childchildchild')
  expect(house.broker.requests()).toHaveLength(1)
})

it('renders nothing when tokens are renewed, and shows on while the broker is out of reach', async () => {
  const { house, Child, suspended, shown, renders } = setup()
  render(suspended(<Child />), { wrapper: house.Providers })
  await pass(house, 0)
  renders.length = 0
  await pass(house, 5 * REFRESH_AFTER_MS)
  house.broker.unreachable(true)
  await pass(house, 3 * LIFETIME_MS)
  expect(house.broker.mints()).toBe(6)
  expect(shown()).toBe('child')
  expect(renders).toEqual([])
})

it('stays suspended while the broker is out of reach, and goes on when it is back', async () => {
  const { house, Child, suspended, shown } = setup()
  house.broker.unreachable(true)
  render(suspended(<Child />), { wrapper: house.Providers })
  await pass(house, 30_000)
  expect(shown()).toBe('waiting')
  expect(house.broker.requests().length).toBeGreaterThan(1)
  house.broker.unreachable(false)
  await pass(house, 60_000)
  expect(shown()).toBe('child')
})

it('lets the error boundary have a final error', async () => {
  const { house, Child, suspended, shown } = setup()
  const complaints = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => complaints.mockRestore())
  house.broker.failNext({ error: 'invalid_target', audience: 'cards', retryable: false })
  render(suspended(<Child />), { wrapper: house.Providers })
  await pass(house, 0)
  expect(shown()).toMatch(/^invalid_target/)
})

it('asks no more for what was taken away while it was suspended', async () => {
  const { house, Child, suspended } = setup()
  house.broker.unreachable(true)
  const { unmount } = render(suspended(<Child />), { wrapper: house.Providers })
  await pass(house, 0)
  unmount()
  await pass(house, LIFETIME_MS)
  const asked = house.broker.requests().length
  await pass(house, 10 * LIFETIME_MS)
  expect(house.broker.requests()).toHaveLength(asked)
  expect(house.clock.pending()).toBe(0)
})

it('takes over from the fallback that a server sent', async () => {
  const { house, Child } = setup()
  const container = document.body.appendChild(document.createElement('div'))
  container.innerHTML =
    '<!--$!--><template data-dgst="BAILOUT_TO_CLIENT_SIDE_RENDERING"></template>waiting<!--/$-->'
  const digests: unknown[] = []
  const root = await act(async () =>
    hydrateRoot(
      container,
      <house.Providers>
        <Suspense fallback="waiting">
          <Child />
        </Suspense>
      </house.Providers>,
      { onRecoverableError: (error) => digests.push(Object(error).digest) },
    ),
  )
  onTestFinished(() => {
    act(() => root.unmount())
    container.remove()
  })
  await screen.findByText('child')
  expect(digests).toEqual(['BAILOUT_TO_CLIENT_SIDE_RENDERING'])
})
