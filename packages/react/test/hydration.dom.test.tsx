import { act, waitFor } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, it, onTestFinished } from 'vitest'
import { TokenGate, useTokenStatus, useVaultQuery } from '../src/index.ts'
import { createHouse, readCard, tearDown } from './house.tsx'

it('hydrates without a mismatch, though the browser has a token already', async () => {
  const server = createHouse()
  const browser = createHouse()
  onTestFinished(() => tearDown(server))
  browser.client.reset('alice')
  await browser.client.getToken('cards')

  function Card() {
    const { status } = useTokenStatus('cards')
    const { data } = useVaultQuery({
      queryKey: ['card'],
      queryFn: ({ signal }) => readCard(browser.client.fetchFor('cards'), signal),
    })
    return <p>{`${status} ${data?.owner ?? 'nobody'}`}</p>
  }
  const container = document.createElement('div')
  container.innerHTML = renderToString(
    <server.Providers>
      <Card />
    </server.Providers>,
  )
  expect(container.textContent).toBe('idle nobody')
  const mismatches: unknown[] = []
  const root = await act(async () =>
    hydrateRoot(
      container,
      <browser.Providers>
        <Card />
      </browser.Providers>,
      {
        onRecoverableError: (error) => mismatches.push(error),
      },
    ),
  )
  onTestFinished(() => {
    act(() => root.unmount())
    tearDown(browser)
  })
  await waitFor(() => expect(container.textContent).toBe('ready alice'))
  expect(mismatches).toEqual([])
})

it('hydrates a gate with its fallback, and opens it then', async () => {
  const { client, Providers, ...house } = createHouse()
  await client.getToken('cards')
  const app = (
    <Providers>
      <TokenGate audiences={['cards']} fallback={<p>waiting</p>}>
        <p>open</p>
      </TokenGate>
    </Providers>
  )
  const container = document.createElement('div')
  container.innerHTML = renderToString(app)
  expect(container.textContent).toBe('waiting')
  const mismatches: unknown[] = []
  const onRecoverableError = (error: unknown) => mismatches.push(error)
  const root = await act(async () => hydrateRoot(container, app, { onRecoverableError }))
  onTestFinished(() => {
    act(() => root.unmount())
    tearDown({ client, Providers, ...house })
  })
  expect(container.textContent).toBe('open')
  expect(mismatches).toEqual([])
})
