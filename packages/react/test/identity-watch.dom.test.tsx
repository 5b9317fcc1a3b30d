import { dehydrate, keepPreviousData } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import { memo } from 'react'
import { expect, it } from 'vitest'
import { useFetchFor, useVaultQuery } from '../src/index.ts'
import { keys, setup } from './card.tsx'
import { type Broker, pass, readCard } from './house.tsx'

it('wipes the data when somebody else signs in, and asks again for them', async () => {
  const { house, Card } = setup()
  house.client.reset('alice')
  render(<Card gcTime={Infinity} />, { wrapper: house.Providers })
  await screen.findByText('card of alice')

  house.signIn('bob')
  house.client.reset('bob')
  expect(
    JSON.stringify(
      house.queryClient
        .getQueryCache()
        .getAll()
        .map(({ state }) => state),
    ),
  ).not.toContain('alice')
  await screen.findByText('card of bob')
  expect(keys(house.queryClient)).toEqual([['valetkey', 'bob', 'card', '1']])
})

it('wipes and asks again too when the reset names nobody', async () => {
  const { house, Card } = setup()
  render(<Card />, { wrapper: house.Providers })
  await screen.findByText('card of alice')

  house.signIn('bob')
  house.client.reset()
  expect(
    house.queryClient.getQueriesData({ queryKey: ['valetkey'] }).map(([, data]) => data),
  ).toEqual([undefined])
  await screen.findByText('card of bob')
})

it('changes keys for a component whose options never change', async () => {
  const { house } = setup()
  house.client.reset('alice')
  const options = {
    queryKey: ['card'],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      readCard(house.client.fetchFor('cards'), signal),
  }
  const Fixed = memo(function Fixed() {
    return <p>{useVaultQuery(options).data?.owner}</p>
  })
  render(<Fixed />, { wrapper: house.Providers })
  await screen.findByText('alice')

  house.signIn('bob')
  house.client.reset('bob')
  await screen.findByText('bob')
  expect(keys(house.queryClient)).toEqual([['valetkey', 'bob', 'card']])
})

it("drops the former user's answer when it comes late", async () => {
  const { house, Card } = setup()
  house.client.reset('alice')
  let arrive = (_response: Response) => {}
  house.vault(() => new Promise((resolve) => (arrive = resolve)))
  render(<Card />, { wrapper: house.Providers })
  await waitFor(() => expect(house.vaultCalls).toHaveLength(1))

  house.vault()
  house.signIn('bob')
  house.client.reset('bob')
  arrive(Response.json({ owner: 'alice' }))
  await screen.findByText('card of bob')
  expect(
    JSON.stringify(dehydrate(house.queryClient, { shouldDehydrateQuery: () => true })),
  ).not.toContain('alice')
})

it.each(['bob', undefined])(
  "never lets the former user's data stand in for the next (reset to %s)",
  async (next) => {
    const { house } = setup()
    const seen = new Set<string | undefined>()
    const options = (page: number) => ({
      queryKey: ['card', page],
      placeholderData: keepPreviousData,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readCard(house.client.fetchFor('cards'), signal),
    })
    const pages = [options(1), options(2)]
    function Page({ at }: { at: 0 | 1 }) {
      const { data } = useVaultQuery(pages[at] ?? options(1))
      seen.add(data?.owner)
      return <p>{data?.owner ?? 'nothing'}</p>
    }
    const { rerender } = render(<Page at={0} />, { wrapper: house.Providers })
    await screen.findByText('alice')
    // The second page never comes: the first stands in for it.
    house.vault(() => new Promise(() => {}))
    rerender(<Page at={1} />)
    await pass(house, 0)
    expect(screen.getByText('alice')).toBeDefined()

    seen.clear()
    house.client.reset(next)
    await screen.findByText('nothing')
    rerender(<Page at={0} />)
    await screen.findByText('nothing')
    expect(seen).toEqual(new Set([undefined]))
  },
)

it('notices at its next render that the identity option says somebody else', async () => {
  let user = 'alice'
  const { house } = setup({ identity: () => user })
  const shown: string[] = []
  function Card({ at }: { at: number }) {
    const fetchCards = useFetchFor<Broker>('cards')
    const { data } = useVaultQuery({
      queryKey: ['card'],
      queryFn: ({ signal }) => readCard(fetchCards, signal),
      placeholderData: keepPreviousData,
    })
    const text = `${at} ${data?.owner ?? 'nobody'}`
    shown.push(text)
    return <p>{text}</p>
  }
  const { rerender } = render(<Card at={1} />, { wrapper: house.Providers })
  await screen.findByText('1 alice')

  user = 'bob'
  house.signIn('bob')
  rerender(<Card at={2} />)
  await screen.findByText('2 bob')
  expect(shown).not.toContain('2 alice')
  expect(keys(house.queryClient)).toEqual([['valetkey', 'bob', 'card']])
})
