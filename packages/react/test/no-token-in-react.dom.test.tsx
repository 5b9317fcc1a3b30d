import { dehydrate } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { useFetchFor, useTokenClient, useTokenStatus, useVaultQuery } from '../src/index.ts'
import { type Broker, createHouse, pass, readCard, REFRESH_AFTER_MS, tearDown } from './house.tsx'

/** Every text reachable through properties, symbols, accessors aside, maps and sets. */
function textsIn(root: unknown): string[] {
  const texts: string[] = []
  const seen = new Set<unknown>()
  const queue: unknown[] = [root]
  for (let value = queue.pop(); queue.length > 0 || value !== undefined; value = queue.pop()) {
    if (typeof value === 'string') texts.push(value)
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) continue
    if (seen.has(value)) continue
    seen.add(value)
    if (value instanceof Map || value instanceof Set) queue.push(...[...value.entries()].flat())
    if (value instanceof Headers) queue.push(...[...value.entries()].flat())
    for (const property of Object.values(Object.getOwnPropertyDescriptors(value)))
      if ('value' in property) queue.push(property.value ?? null)
  }
  return texts
}

/** The root of React's own tree, in which all state, props and effects hang. */
function fiberOf(container: Element): unknown {
  const name = Object.keys(container).find((key) => key.startsWith('__reactContainer$')) ?? ''
  return Object.getOwnPropertyDescriptor(container, name)?.value
}

it('keeps tokens out of the page, the query cache, React state and the console', async () => {
  const house = createHouse()
  onTestFinished(() => tearDown(house))
  const said = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) =>
    vi.spyOn(console, name).mockReturnValue(),
  )
  onTestFinished(() => said.forEach((spy) => spy.mockRestore()))

  function App() {
    const client = useTokenClient<Broker>()
    const status = useTokenStatus<Broker>('cards')
    const group = useTokenStatus<Broker>('records')
    const fetchCards = useFetchFor<Broker>('cards')
    const card = useVaultQuery({
      queryKey: ['card'],
      queryFn: ({ signal }) => readCard(fetchCards, signal),
    })
    const failing = useVaultQuery({
      queryKey: ['failing'],
      queryFn: ({ signal }) => client.getToken('nowhere' as 'cards', { signal }),
    })
    const shown = { status, group, card, failing: failing.error?.message }
    return <pre>{JSON.stringify(shown)}</pre>
  }
  const { container } = render(<App />, { wrapper: house.Providers })
  await screen.findByText(/"owner":"alice"/)
  await screen.findByText(/nowhere/)
  await pass(house, 2 * REFRESH_AFTER_MS)
  expect(house.broker.tokenTexts().length).toBeGreaterThanOrEqual(12)

  const places = {
    page: document.documentElement.outerHTML,
    cache: JSON.stringify(dehydrate(house.queryClient, { shouldDehydrateQuery: () => true })),
    cacheObjects: textsIn(house.queryClient).join('\n'),
    react: textsIn(fiberOf(container)).join('\n'),
    console: textsIn(said.map((spy) => spy.mock.calls)).join('\n'),
  }
  // The search does reach what components hold and the cache has.
  expect(places.react).toContain('alice')
  expect(places.cacheObjects + places.cache).toContain('alice')
  const leaks = Object.entries(places).filter(([, text]) =>
    house.broker.tokenTexts().some((token) => text.includes(token)),
  )
  expect(leaks.map(([place]) => place)).toEqual([])
})
