import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { TokenGate, useFetchFor, useTokenStatus, useVaultQuery } from '../../src/index.ts'
import {
  createTestTokens,
  TestTokenProvider,
  type TestTokensOptions,
} from '../../src/testing/index.ts'

afterEach(cleanup)

const audiences = { cards: {}, records: { members: ['a', 'b'] } }

function Card() {
  const fetchCards = useFetchFor('cards')
  const { generation } = useTokenStatus('cards')
  const { data, error } = useVaultQuery({
    queryKey: ['card'],
    queryFn: async ({ signal }): Promise<string> =>
      (await fetchCards('v1/card', { method: 'POST', body: 'q', signal })).text(),
  })
  return <p>{`${data ?? error?.message} with token ${generation}`}</p>
}

const Gate = () => (
  <TokenGate
    audiences={['cards', 'records']}
    fallback="waiting"
    errorFallback={(error) => error.code}
  >
    open
  </TokenGate>
)

it('answers from the vault given, with the real request', async () => {
  const vault = async (request: Request) =>
    new Response(
      [
        request.method,
        request.url,
        await request.text(),
        request.headers.get('authorization')?.slice(0, 14),
      ].join(' '),
    )
  render(
    <StrictMode>
      <TestTokenProvider audiences={audiences} vault={vault}>
        <Card />
      </TestTokenProvider>
    </StrictMode>,
  )
  const text = 'POST https://cards.vault.example/v1/card q Bearer canary- with token 1'
  expect(await screen.findByText(text)).toBeDefined()
})

it('says what is missing where a vault is called and none was given', async () => {
  render(
    <TestTokenProvider audiences={audiences}>
      <Card />
    </TestTokenProvider>,
  )
  expect(await screen.findByText(/POST https:\/\/cards.*createTestTokens a `vault`/)).toBeDefined()
})

it.each<[TestTokensOptions['state'], string]>([
  ['ready', 'open'],
  ['pending', 'waiting'],
  [{ error: 'invalid_target', status: 403, retryable: false }, 'invalid_target'],
  [{ error: 'temporarily_unavailable', status: 503 }, 'waiting'],
])('shows how things look while the broker is %o', async (state = 'ready', text) => {
  const tokens = createTestTokens({ audiences, state })
  const { container } = render(
    <TestTokenProvider tokens={tokens}>
      <Gate />
    </TestTokenProvider>,
  )
  await act(() => tokens.clock.advance(0))
  expect(container.textContent).toBe(text)
})

it('stays as it is until time is told to pass', async () => {
  const tokens = createTestTokens({
    audiences,
    lifetimeSeconds: 60,
    identity: 'alice',
    vault: () => new Response('card'),
  })
  expect(tokens.client.identity()).toBe('alice')
  render(<Card />, {
    wrapper: ({ children }) => <TestTokenProvider tokens={tokens}>{children}</TestTokenProvider>,
  })
  await screen.findByText('card with token 1')
  await act(() => tokens.clock.advance(60_000))
  await screen.findByText('card with token 2')
  expect(tokens.broker.requests()).toHaveLength(2)
})

it('tells a call that was aborted, as fetch does', async () => {
  const { client } = createTestTokens({ audiences, vault: () => new Promise(() => {}) })
  const end = new AbortController()
  const call = client.fetchFor('cards')('v1/card', { signal: end.signal })
  setTimeout(() => end.abort(new Error('enough')))
  await expect(call).rejects.toThrow('enough')
})

it('touches neither network, nor window, nor timers', async () => {
  const spies = [
    vi.spyOn(globalThis, 'fetch'),
    vi.spyOn(window, 'addEventListener'),
    vi.spyOn(document.head, 'append'),
    vi.spyOn(globalThis, 'BroadcastChannel'),
  ]
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()))
  const { client } = createTestTokens({ audiences, vault: () => new Response('card') })
  await client.fetchFor('cards')('v1/card')
  await waitFor(() => expect(client.status('cards').status).toBe('ready'))
  expect(spies.map((spy) => spy.mock.calls)).toEqual([[], [], [], []])
  expect(document.querySelector('link')).toBe(null)
})
