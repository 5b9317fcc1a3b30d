import { render, screen } from '@testing-library/react'
import { type TokenStatus } from '@valetkey/client'
import { StrictMode } from 'react'
import { expect, it, onTestFinished } from 'vitest'
import { useTokenStatus } from '../src/index.ts'
import {
  type Broker,
  createHouse,
  LIFETIME_MS,
  pass,
  REFRESH_AFTER_MS,
  tearDown,
} from './house.tsx'

type Target = Parameters<typeof useTokenStatus<Broker>>[0]

function setup() {
  const house = createHouse()
  onTestFinished(() => tearDown(house))
  const seen: TokenStatus[] = []
  function Badge({ target = 'cards' }: { target?: Target }) {
    const status = useTokenStatus<Broker>(target)
    seen.push(status)
    return (
      <p data-testid="badge">
        {status.status} {status.generation}
      </p>
    )
  }
  const badge = () => screen.getAllByTestId('badge').map((element) => element.textContent)
  return { house, Badge, badge, seen }
}

it('asks the broker once for three components in StrictMode', async () => {
  const { house, Badge, badge } = setup()
  render(
    <StrictMode>
      <Badge />
      <Badge />
      <Badge />
    </StrictMode>,
    { wrapper: house.Providers },
  )
  expect(badge()).toEqual(['pending 0', 'pending 0', 'pending 0'])
  await pass(house, 0)
  expect(badge()).toEqual(['ready 1', 'ready 1', 'ready 1'])
  expect(house.broker.requests()).toHaveLength(1)
})

it('renews while mounted, and is ready all the time', async () => {
  const { house, Badge, badge, seen } = setup()
  render(<Badge />, { wrapper: house.Providers })
  await pass(house, 0)
  seen.length = 0

  await pass(house, 10 * REFRESH_AFTER_MS)
  expect(badge()).toEqual(['ready 11'])
  expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(['ready']))
})

it('leaves no timer behind, and lets the token lapse once unmounted', async () => {
  const { house, Badge } = setup()
  const { unmount } = render(
    <StrictMode>
      <Badge />
    </StrictMode>,
    { wrapper: house.Providers },
  )
  await pass(house, 0)
  unmount()
  await pass(house, 10 * LIFETIME_MS)
  const asked = house.broker.requests().length
  await pass(house, 10 * LIFETIME_MS)

  expect(asked).toBeLessThanOrEqual(2)
  expect(house.broker.requests()).toHaveLength(asked)
  expect(house.clock.pending()).toBe(0)
})

it('renders only when what it shows changes', async () => {
  const { house, Badge, seen } = setup()
  render(<Badge />, { wrapper: house.Providers })
  await pass(house, 0)
  const status = house.client.status('cards')
  seen.length = 0

  await house.client.getToken('notes')
  house.client.invalidate('notes')
  await house.client.getToken('notes')
  await house.client.getToken('cards')
  await pass(house, 0)
  expect(seen).toEqual([])
  expect(house.client.status('cards')).toBe(status)
})

it('follows its audience when that changes', async () => {
  const { house, Badge, badge } = setup()
  const { rerender } = render(<Badge target="cards" />, { wrapper: house.Providers })
  await pass(house, 0)
  rerender(<Badge target="notes" />)
  await pass(house, 0)
  expect(badge()).toEqual(['ready 1'])

  await pass(house, 3 * LIFETIME_MS)
  expect(house.client.status('cards').status).not.toBe('ready')
  expect(house.client.status('notes').status).toBe('ready')
})

it('shows a group as one, with its members', async () => {
  const { house, Badge, badge, seen } = setup()
  render(<Badge target="records" />, { wrapper: house.Providers })
  await pass(house, 0)
  expect(badge()).toEqual(['ready 1'])
  expect(seen.at(-1)?.members).toEqual(['records/a', 'records/b', 'records/c'])
})

it('shows why there is no token, and recovers', async () => {
  const { house, Badge, badge, seen } = setup()
  house.broker.unreachable(true)
  render(<Badge />, { wrapper: house.Providers })
  await pass(house, 0)
  expect(badge()).toEqual(['error 0'])
  expect(seen.at(-1)?.error).toMatchObject({ code: 'broker_unreachable', retryable: true })

  house.broker.unreachable(false)
  await pass(house, 60_000)
  expect(badge()).toEqual(['ready 1'])
})

it('gets a token for whoever signs in next', async () => {
  const { house, Badge, badge } = setup()
  render(<Badge />, { wrapper: house.Providers })
  await pass(house, 0)
  const former = house.broker.mints()

  house.client.reset('bob')
  await pass(house, 0)
  expect(badge()).toEqual(['ready 1'])
  expect(house.broker.mints()).toBe(former + 1)
})
