import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTokenClient } from '@valetkey/client'
import { createFakeBroker } from '@valetkey/client/testing'
import { StrictMode } from 'react'
import { expect, it, onTestFinished } from 'vitest'
import { render } from 'vitest-browser-react'
import { TokenProvider, useFetchFor, useTokenStatus, useVaultQuery } from '../src/index.ts'

const VAULT = 'https://cards.vault.example/'
const LIFETIME_SECONDS = 4

/** The browser's own clocks and timers. */
const clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  after(delayMs: number, run: () => void) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

function setup() {
  const broker = createFakeBroker({
    clock,
    audiences: { cards: { resource: VAULT } },
    lifetimeSeconds: LIFETIME_SECONDS,
  })
  const seen: { url: string; bearer: string | null }[] = []
  const revoked = new Set<string>()
  const client = createTokenClient('/api/broker', {
    fetch: async (input, init) => {
      const request = new Request(input, init)
      if (!request.url.startsWith(VAULT)) return broker.fetch(input, init)
      const bearer = request.headers.get('authorization')
      seen.push({ url: request.url, bearer })
      if (bearer === null || revoked.has(bearer)) return new Response(null, { status: 401 })
      return Response.json({ last4: '4242' })
    },
  })
  onTestFinished(() => client.dispose())
  const revoke = () => broker.tokenTexts().forEach((text) => revoked.add(`Bearer ${text}`))
  return { broker, client, seen, revoke }
}

function Card() {
  const { status, generation } = useTokenStatus('cards')
  const fetchCards = useFetchFor('cards')
  const { data, refetch } = useVaultQuery({
    queryKey: ['card'],
    queryFn: async ({ signal }): Promise<{ last4: string }> =>
      (await fetchCards('v1/card', { signal })).json(),
  })
  return (
    <>
      <p>{`token ${status} ${generation > 1 ? 'renewed' : 'first'}, card ${data?.last4 ?? 'unknown'}`}</p>
      <button type="button" onClick={() => void refetch()}>
        Read again
      </button>
    </>
  )
}

it('reads a vault, renews before expiry and survives a revoked token, in a browser', async () => {
  const { broker, client, seen, revoke } = setup()
  const screen = await render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        <TokenProvider client={client}>
          <Card />
        </TokenProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
  await expect.element(screen.getByText('token ready first, card 4242')).toBeVisible()
  expect(broker.requests()).toHaveLength(1)
  expect(seen[0]).toEqual({ url: `${VAULT}v1/card`, bearer: `Bearer ${broker.tokenTexts()[0]}` })

  await expect
    .element(screen.getByText('token ready renewed, card 4242'), {
      timeout: LIFETIME_SECONDS * 1000,
    })
    .toBeVisible()

  revoke()
  const calls = seen.length
  await screen.getByRole('button').click()
  await expect.poll(() => seen.length).toBe(calls + 2)
  expect(seen.at(-1)?.bearer).toBe(`Bearer ${broker.tokenTexts().at(-1)}`)
  await expect.element(screen.getByText('token ready renewed, card 4242')).toBeVisible()
  expect(document.documentElement.outerHTML).not.toContain('canary')
})
