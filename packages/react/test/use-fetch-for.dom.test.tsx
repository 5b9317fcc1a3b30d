import { render } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, it, onTestFinished } from 'vitest'
import { TokenProvider, useFetchFor } from '../src/index.ts'
import { type Broker, createHouse, pass, REFRESH_AFTER_MS, tearDown } from './house.tsx'

function setup() {
  const house = createHouse()
  onTestFinished(() => tearDown(house))
  const seen: (typeof fetch)[] = []
  function Caller({ scope }: { scope?: string }) {
    seen.push(useFetchFor<Broker>('cards', scope === undefined ? undefined : { scope }))
    return null
  }
  return { house, Caller, seen }
}

it('is one function for one client, audience and scope, whoever asks and however often', () => {
  const { house, Caller, seen } = setup()
  const tree = (
    <StrictMode>
      <Caller />
      <Caller />
    </StrictMode>
  )
  const { rerender, unmount } = render(tree, { wrapper: house.Providers })
  rerender(tree)
  unmount()
  render(tree, { wrapper: house.Providers })

  expect(seen.length).toBeGreaterThan(4)
  expect(new Set(seen).size).toBe(1)
})

it('is another function for another scope or client', () => {
  const { house, Caller, seen } = setup()
  const other = createHouse()
  onTestFinished(() => tearDown(other))
  render(
    <>
      <Caller />
      <Caller scope="read" />
      <TokenProvider client={other.client}>
        <Caller />
      </TokenProvider>
    </>,
    { wrapper: house.Providers },
  )
  expect(new Set(seen).size).toBe(3)
})

it('sends the token of the moment, without a render', async () => {
  const { house, Caller, seen } = setup()
  render(<Caller />, { wrapper: house.Providers })
  const renders = seen.length

  await seen[0]?.('v1/card')
  await pass(house, REFRESH_AFTER_MS)
  await pass(house, 0)
  await seen[0]?.('v1/card')
  const [first, second] = house.broker.tokenTexts()
  expect(house.vaultCalls).toEqual([`Bearer ${first}`, `Bearer ${second}`])
  expect(seen).toHaveLength(renders)
})

it('asks for the scope given', async () => {
  const { house, Caller, seen } = setup()
  render(<Caller scope="cards:read" />, { wrapper: house.Providers })
  await seen[0]?.('v1/card')
  expect(house.broker.requests()[0]?.tokens[0]).toMatchObject({
    audience: 'cards',
    scope: 'cards:read',
  })
})
