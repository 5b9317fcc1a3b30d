import { act, render } from '@testing-library/react'
import { StrictMode, useState } from 'react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { TokenGate } from '../src/index.ts'
import {
  type Broker,
  createHouse,
  LIFETIME_MS,
  pass,
  REFRESH_AFTER_MS,
  tearDown,
} from './house.tsx'

/** StrictMode makes every state twice. */
const ANOTHER_CHILD = /^child [23]$/

function setup(...options: Parameters<typeof createHouse>) {
  const house = createHouse(...options)
  onTestFinished(() => tearDown(house))
  const renders: number[] = []
  let lives = 0
  /** Knows which mount it is, as state would. */
  function Child() {
    const [life] = useState(() => (lives += 1))
    renders.push(life)
    return <p>child {life}</p>
  }
  const child = <Child />
  const Gate = ({ audiences = ['cards'] }: { audiences?: ('cards' | 'notes' | 'records')[] }) => (
    <TokenGate<Broker>
      audiences={[...audiences]}
      fallback="waiting"
      errorFallback={(error) => error.code}
    >
      {child}
    </TokenGate>
  )
  const shown = () => document.body.textContent
  return { house, Gate, renders, shown }
}

it('opens when all of its audiences and groups are there, for one broker request', async () => {
  const { house, Gate, shown } = setup()
  house.broker.set({ latencyMs: 50 })
  render(
    <StrictMode>
      <Gate audiences={['cards', 'records']} />
    </StrictMode>,
    { wrapper: house.Providers },
  )
  expect(shown()).toBe('waiting')
  await pass(house, 49)
  expect(shown()).toBe('waiting')
  await pass(house, 1)
  expect(shown()).toMatch(/^child/)
  expect(house.broker.requests()).toHaveLength(1)
})

it('keeps its children through renewals, and renders none of them', async () => {
  const { house, Gate, renders, shown } = setup()
  render(<Gate />, { wrapper: house.Providers })
  await pass(house, 0)
  expect(shown()).toBe('child 1')
  renders.length = 0
  await pass(house, 10 * REFRESH_AFTER_MS)
  expect(house.broker.mints()).toBe(11)
  expect(shown()).toBe('child 1')
  expect(renders).toEqual([])
})

it('keeps its children while the broker is out of reach, though the tokens are long gone', async () => {
  const { house, Gate, renders, shown } = setup()
  render(<Gate />, { wrapper: house.Providers })
  await pass(house, 0)
  house.broker.unreachable(true)
  await pass(house, 2 * LIFETIME_MS)
  expect(house.client.status('cards').status).not.toBe('ready')
  expect(shown()).toBe('child 1')

  house.broker.unreachable(false)
  await pass(house, LIFETIME_MS)
  expect(house.client.status('cards').status).toBe('ready')
  expect(shown()).toBe('child 1')
  expect(new Set(renders)).toEqual(new Set([1]))
})

it('waits as long as the broker is out of reach from the first, and then opens', async () => {
  const { house, Gate, shown } = setup()
  house.broker.unreachable(true)
  render(<Gate />, { wrapper: house.Providers })
  await pass(house, 30_000)
  expect(shown()).toBe('waiting')
  house.broker.unreachable(false)
  await pass(house, 60_000)
  expect(shown()).toBe('child 1')
})

it('closes on a final error, names it, and opens again when tokens come after all', async () => {
  const { house, Gate, shown } = setup()
  render(<Gate audiences={['cards', 'notes']} />, { wrapper: house.Providers })
  await pass(house, 0)
  house.broker.failNext({ error: 'invalid_target', audience: 'cards', retryable: false })
  house.client.invalidate('cards')
  await pass(house, 0)
  expect(shown()).toBe('invalid_target')

  house.client.invalidate('cards')
  await pass(house, 30_000)
  expect(shown()).toMatch(ANOTHER_CHILD)
})

it('hands a final error to the boundary where it has nothing to show instead', async () => {
  const { house } = setup()
  const complaints = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => complaints.mockRestore())
  house.broker.failNext({ error: 'invalid_target', audience: 'cards', retryable: false })
  await house.client.getToken('cards').catch(() => {})
  expect(() =>
    render(<TokenGate audiences={['cards']}>x</TokenGate>, { wrapper: house.Providers }),
  ).toThrow(/invalid_target/)
})

it.each(['bob', undefined])(
  'gives the next user children of their own, whose tokens come at once (reset to %s)',
  async (next) => {
    const { house, Gate, shown } = setup()
    house.client.reset('alice')
    render(<Gate />, { wrapper: house.Providers })
    await pass(house, 0)
    expect(shown()).toBe('child 1')
    // Nothing is rendered in between.
    await act(async () => {
      house.client.reset(next)
      await house.client.getToken('cards')
    })
    expect(shown()).toMatch(ANOTHER_CHILD)
  },
)

it('notices at its next render that the identity option says somebody else', async () => {
  let user = 'alice'
  const { house, Gate, shown } = setup({ identity: () => user })
  const { rerender } = render(<Gate audiences={['cards']} />, { wrapper: house.Providers })
  await pass(house, 0)
  expect(shown()).toBe('child 1')
  user = 'bob'
  rerender(<Gate audiences={['cards']} />)
  expect(shown()).toMatch(ANOTHER_CHILD)
})

it('shows nobody the children of the user before, while there is no token yet', async () => {
  const { house, Gate, shown } = setup()
  render(<Gate />, { wrapper: house.Providers })
  await pass(house, 0)
  house.broker.unreachable(true)
  house.client.reset('bob')
  await pass(house, 0)
  expect(shown()).toBe('waiting')
})

it('forgets that it was open once unmounted, and leaves nothing running', async () => {
  const { house, Gate, shown } = setup()
  const { unmount } = render(
    <StrictMode>
      <Gate />
    </StrictMode>,
    { wrapper: house.Providers },
  )
  await pass(house, 0)
  unmount()
  await pass(house, 3 * LIFETIME_MS)
  expect(house.clock.pending()).toBe(0)

  house.broker.unreachable(true)
  render(<Gate />, { wrapper: house.Providers })
  expect(shown()).toBe('waiting')
})

it('follows its audiences when they change', async () => {
  const { house, Gate, shown } = setup()
  const { rerender } = render(<Gate />, { wrapper: house.Providers })
  await pass(house, 0)
  rerender(<Gate audiences={['notes']} />)
  expect(shown()).toBe('waiting')
  await pass(house, 0)
  expect(shown()).toMatch(/^child/)
})
