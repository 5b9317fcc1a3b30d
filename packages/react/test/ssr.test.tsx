import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTokenClient } from '@valetkey/client'
import { createFakeBroker, createManualClock } from '@valetkey/client/testing'
import { type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it, onTestFinished, vi } from 'vitest'
import {
  TokenGate,
  TokenProvider,
  useFetchFor,
  useSuspenseTokens,
  useSuspenseVaultQuery,
  useTokenEvent,
  useTokenStatus,
  useVaultMutation,
  useVaultQuery,
} from '../src/index.ts'

it('fetches nothing on a server, and shows idle and pending', async () => {
  const clock = createManualClock()
  const broker = createFakeBroker({ clock, audiences: { cards: {} } })
  const client = createTokenClient('https://app.example/api/broker', { clock, fetch: broker.fetch })
  onTestFinished(() => client.dispose())
  const queryClient = new QueryClient()
  // A token the server happens to have shows in no page.
  await client.getToken('cards')
  let asked = 0

  function Card() {
    const { status, expiresAt } = useTokenStatus('cards')
    const fetchCards = useFetchFor('cards')
    const card = useVaultQuery({
      queryKey: ['card'],
      queryFn: ({ signal }) => {
        asked += 1
        return fetchCards('v1/card', { signal })
      },
    })
    return <p>{[status, expiresAt ?? 'never', card.status].join(' ')}</p>
  }
  const html = renderToString(
    <QueryClientProvider client={queryClient}>
      <TokenProvider client={client}>
        <Card />
      </TokenProvider>
    </QueryClientProvider>,
  )
  await clock.advance(60_000)

  expect(html).toBe('<p>idle never pending</p>')
  expect(asked).toBe(0)
  expect(broker.requests()).toHaveLength(1)
  expect(dehydrate(queryClient).queries).toEqual([])
})

it('sends fallbacks for what needs tokens, and asks for none', async () => {
  const clock = createManualClock()
  const broker = createFakeBroker({ clock, audiences: { cards: {} } })
  const client = createTokenClient('https://app.example/api/broker', { clock, fetch: broker.fetch })
  onTestFinished(() => client.dispose())
  const ask = vi.fn(async () => 'card')
  function Needy() {
    useSuspenseTokens(['cards'])
    return <p>never</p>
  }
  function NeedyCard() {
    return <p>never{useSuspenseVaultQuery({ queryKey: ['card'], queryFn: ask }).data}</p>
  }
  function Form() {
    useTokenEvent('*', () => {})
    return <p>{useVaultMutation({ mutationFn: async () => {} }).status}</p>
  }
  const app = (children: ReactNode) =>
    renderToString(
      <QueryClientProvider client={new QueryClient()}>
        <TokenProvider client={client}>{children}</TokenProvider>
      </QueryClientProvider>,
    )
  const html = app(
    <>
      <Form />
      <TokenGate audiences={['cards']} fallback={<p>gate</p>}>
        <p>never</p>
      </TokenGate>
      <Suspense fallback={<p>suspense</p>}>
        <Needy />
      </Suspense>
      <Suspense fallback={<p>card</p>}>
        <NeedyCard />
      </Suspense>
    </>,
  )
  await clock.advance(60_000)
  expect(html).toMatch(/<p>idle<\/p><p>gate<\/p>[^]*<p>suspense<\/p>[^]*<p>card<\/p>/)
  expect(html).not.toContain('<p>never')
  for (const needy of [<Needy key="1" />, <NeedyCard key="2" />])
    expect(() => app(needy)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('<Suspense>'),
        digest: 'BAILOUT_TO_CLIENT_SIDE_RENDERING',
      }),
    )
  expect(broker.requests()).toEqual([])
  expect(ask).not.toHaveBeenCalled()
})
