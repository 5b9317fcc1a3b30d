import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode, Suspense } from 'react'
import { afterEach, expect, it } from 'vitest'
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
import { createTestTokens, TestTokenProvider, type TestTokens } from '../src/testing/index.ts'

afterEach(cleanup)

const NAMES = Array.from({ length: 10 }, (_, at) => `vault-${at}`)
const LIFETIME_MS = 100_000

function setup() {
  const vaultCalls: string[] = []
  const tokens = createTestTokens({
    audiences: Object.fromEntries(NAMES.map((name) => [name, {}])),
    lifetimeSeconds: LIFETIME_MS / 1000,
    vault(request) {
      vaultCalls.push(request.url)
      return Response.json({})
    },
  })
  return { ...tokens, tokens, vaultCalls }
}

/** Mounts a thousand components, a hundred for each audience, and has one audience's token renewed. */
async function renewOneOfTen(One: (props: { name: string }) => ReactNode): Promise<void> {
  const { client, clock, tokens } = setup()
  await client.getToken('vault-3')
  await clock.advance(0.35 * LIFETIME_MS)
  await client.getTokens(NAMES)
  const all = Array.from({ length: 1000 }, (_, at) => <One key={at} name={NAMES[at % 10] ?? ''} />)
  const app = <TestTokenProvider tokens={tokens}>{all}</TestTokenProvider>
  // StrictMode would render everything twice.
  render(app, { reactStrictMode: false })
  await act(() => clock.advance(0))
  renders.length = 0

  await act(() => clock.advance(0.4 * LIFETIME_MS))
  const generations = NAMES.map((name) => client.status(name).generation)
  expect(generations).toEqual(NAMES.map((name) => (name === 'vault-3' ? 2 : 1)))
}

const renders: string[] = []

it('renders none of a thousand components that show the state, when a token is renewed', async () => {
  function State({ name }: { name: string }) {
    const status = useTokenStatus(name, (one) => one.status)
    renders.push(name)
    return <i>{status}</i>
  }
  await renewOneOfTen(State)
  expect(renders).toEqual([])
  expect(screen.getAllByText('ready')).toHaveLength(1000)
}, 20_000)

it('renders a hundred of a thousand that show the expiry, each once', async () => {
  function Expiry({ name }: { name: string }) {
    const expiresAt = useTokenStatus(name, (one) => one.expiresAt)
    renders.push(name)
    return <i>{expiresAt}</i>
  }
  await renewOneOfTen(Expiry)
  expect(renders).toEqual(Array.from({ length: 100 }, () => 'vault-3'))
}, 20_000)

/** Uses every hook there is. */
function Everything() {
  useSuspenseTokens(['vault-0'])
  useTokenEvent('*', () => {})
  const { status } = useTokenStatus('vault-0')
  const fetchIt = useFetchFor('vault-0')
  const query = useVaultQuery({
    queryKey: ['one'],
    queryFn: async ({ signal }) => (await fetchIt('v1/one', { signal })).status,
  })
  const suspended = useSuspenseVaultQuery({
    queryKey: ['two'],
    queryFn: async ({ signal }) => (await fetchIt('v1/two', { signal })).status,
  })
  useVaultMutation({ mutationFn: async () => {} })
  return (
    <TokenGate audiences={['vault-0']}>
      <p>{`${status} ${query.data} ${suspended.data}`}</p>
    </TokenGate>
  )
}

const app = ({ client, queryClient }: Pick<TestTokens, 'client' | 'queryClient'>) => (
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <TokenProvider client={client}>
        <Suspense>
          <Everything />
          <Everything />
          <Everything />
        </Suspense>
      </TokenProvider>
    </QueryClientProvider>
  </StrictMode>
)

it('asks the broker once for three components in StrictMode, and nobody anything when the provider renders', async () => {
  const { tokens, broker, vaultCalls } = setup()
  const { rerender } = render(app(tokens))
  expect(await screen.findAllByText('ready 200 200')).toHaveLength(3)
  // StrictMode mounts twice, and TanStack drops the first call of what was not suspended.
  const called = vaultCalls.length
  expect(called).toBeLessThanOrEqual(3)
  for (let time = 0; time < 10; time += 1) rerender(app(tokens))
  await act(() => tokens.clock.advance(0))
  expect(broker.requests()).toHaveLength(1)
  expect(vaultCalls).toHaveLength(called)
})

it('leaves no listener, no hold and no timer when all is unmounted', async () => {
  const { client, queryClient, clock, broker } = setup()
  const held = new Set<object>()
  function counted(end: () => void): () => void {
    held.add(end)
    return () => {
      held.delete(end)
      end()
    }
  }
  const watched: typeof client = {
    ...client,
    on: (...given) => counted(client.on(...given)),
    subscribe: (...given) => counted(client.subscribe(...given)),
    keepFresh: (...given) => counted(client.keepFresh(...given)),
  }
  const { unmount } = render(app({ client: watched, queryClient }))
  expect(await screen.findAllByText('ready 200 200')).toHaveLength(3)
  expect(held.size).toBeGreaterThan(8)
  unmount()
  expect(held.size).toBe(0)

  await clock.advance(3 * LIFETIME_MS)
  const asked = broker.requests().length
  expect(clock.pending()).toBe(0)
  await clock.advance(10 * LIFETIME_MS)
  expect(broker.requests()).toHaveLength(asked)
  // TanStack keeps what was suspended for a second.
  const gone = () => expect(queryClient.getQueryCache().getAll()).toEqual([])
  await waitFor(gone, { timeout: 10_000 })
})
