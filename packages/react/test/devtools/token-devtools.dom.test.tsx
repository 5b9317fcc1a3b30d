import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { canary } from '@valetkey/client/testing'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import * as absent from '../../src/devtools/absent.ts'
import * as devtools from '../../src/devtools/index.ts'
import { recorderOf } from '../../src/devtools/recorder.ts'
import { createTestTokens, TestTokenProvider, type TestTokens } from '../../src/testing/index.ts'

const { TokenDevtools, TokenDevtoolsPanel, tokenDevtoolsPlugin } = devtools

afterEach(() => {
  cleanup()
  Reflect.deleteProperty(navigator, 'clipboard')
})

function setup() {
  const tokens = createTestTokens({
    audiences: { cards: {}, notes: {}, records: { members: ['a', 'b'] } },
    lifetimeSeconds: 100,
    vault: () => new Response('{}'),
  })
  onTestFinished(() => tokens.client.dispose())
  const now = () => tokens.clock.wall()
  return { ...tokens, tokens, now }
}

function show({ tokens, now }: { tokens: TestTokens; now: () => number }) {
  return render(
    <TestTokenProvider tokens={tokens}>
      <TokenDevtools defaultOpen now={now} />
    </TestTokenProvider>,
  )
}

/** The clipboard of the test, with what was copied. */
function stubClipboard(): string[] {
  const copied: string[] = []
  const writeText = async (text: string) => void copied.push(text)
  Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true })
  return copied
}

const laneOf = (name: string) => screen.getByText(name, { selector: 'strong' }).closest('li')
const textOf = (name: string) => laneOf(name)?.querySelector('p')?.textContent

it('is a button at first, that opens the panel', () => {
  const { tokens } = setup()
  render(
    <TestTokenProvider tokens={tokens}>
      <TokenDevtools />
    </TestTokenProvider>,
  )
  expect(screen.queryByRole('region', { name: 'Tokens' })).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Tokens' }))
  expect(screen.getByRole('region', { name: 'Tokens' }).textContent).toContain('No token has been')
  fireEvent.click(screen.getByRole('button', { name: 'Close tokens' }))
  expect(screen.queryByRole('region', { name: 'Tokens' })).toBeNull()
})

it('has a lane for each audience, with its state, its tokens and what was done with them', async () => {
  const house = setup()
  show(house)
  await act(async () => {
    const end = house.client.keepFresh('cards')
    await house.client.fetchFor('cards')('v1/card')
    await house.clock.advance(80_000)
    end()
    await house.client.getTokens('records')
  })
  expect(textOf('cards')).toBe(
    'cards ready token 2 · due for renewal in 1 min · expires in 1 min 30 s',
  )
  expect(textOf('records')).toMatch(/^records ready group of 2 · token 1/)
  expect(textOf('records/a')).toMatch(/^records\/a ready/)
  const chart = within(laneOf('cards') ?? document.body).getByRole('img')
  expect(chart.getAttribute('aria-label')).toBe(
    'cards, the last 2 min 30 s: 2 tokens, 2 broker requests, 0 failures, 1 vault call, 0 refusals',
  )
  const tokens = [...(laneOf('cards')?.querySelectorAll('details li') ?? [])]
  const instant = /\d\d:\d\d:\d\d\.\d{3}/g
  expect(tokens.map((one) => one.textContent?.replaceAll(instant, 'at'))).toEqual([
    '2 fresh minted at · soft margin from at · expires at · lives 1 min 40 s',
    '1 given up 10 s ago minted at · soft margin from at · expires at · lives 1 min 40 s',
  ])
})

it('draws the soft margin where the client renews, and the end where the token ends', async () => {
  const house = setup()
  show(house)
  await act(() => house.client.getToken('cards'))
  const place = (name: string, part: string) =>
    Number.parseFloat(laneOf('cards')?.querySelector(`.vk-${name}`)?.getAttribute(part) ?? '')
  // 250 s are shown, 150 of them past; the token lives 100 s and is renewed after 70.
  expect([place('fresh', 'x'), place('fresh', 'width')]).toEqual([60, 28])
  expect([place('soft', 'x'), place('soft', 'width')]).toEqual([88, 12])
  expect(place('left', 'width')).toBe(0)
  expect(place('now', 'x1')).toBe(60)
})

it('shows the claims of a token when asked, without its signature, and no token that stands in them', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => complaints.mockRestore())
  const house = setup()
  const part = (content: object) => btoa(JSON.stringify(content)).replace(/=+$/, '')
  const inner = `${part({ alg: 'none' })}.${part({ sub: 'proof' })}.c2lnbmF0dXJl`
  const claims = { iss: 'did:nil:org', aud: 'node', prf: [inner] }
  house.broker.set({ tokenText: (text) => `${part({ alg: 'ES256K' })}.${part(claims)}.${text}` })
  const { container } = show(house)
  await act(() => house.client.getToken('cards'))
  const asked = house.broker.requests().length
  await act(async () => fireEvent.click(screen.getByText('Claims of cards')))
  const shown = laneOf('cards')?.querySelector('code')?.textContent ?? ''
  expect(JSON.parse(shown)).toEqual({ ...claims, prf: ['…'] })
  expect(house.broker.requests()).toHaveLength(asked)
  for (const token of house.broker.tokenTexts()) expect(container.innerHTML).not.toContain(token)
  expect(container.innerHTML).not.toContain('c2lnbmF0dXJl')
  // Markup that browsers would mend by themselves is told by React there.
  expect(complaints).not.toHaveBeenCalled()
  await act(async () => house.client.invalidate('cards'))
  await act(() => house.client.getToken('cards'))
  expect(laneOf('cards')?.querySelector('code')).toBeNull()
})

it('says why there are no claims: an opaque token, a broker that gives none', async () => {
  const house = setup()
  show(house)
  await act(() => house.client.getTokens(['cards', 'notes']))
  await act(async () => fireEvent.click(screen.getByText('Claims of cards')))
  expect(laneOf('cards')?.textContent).toContain('It is no JWT')
  house.broker.failNext({ error: 'invalid_target', audience: 'notes', retryable: false })
  await act(async () => house.client.invalidate('notes'))
  await act(async () => fireEvent.click(screen.getByText('Claims of notes')))
  expect(laneOf('notes')?.textContent).toContain('There is no token to read: invalid_target')
})

it('names the error of an audience that has no token, and its mend', async () => {
  const house = setup()
  show(house)
  house.broker.failNext({ error: 'invalid_target', audience: 'cards', retryable: false })
  await act(() => house.client.getToken('cards').catch(() => {}))
  expect(textOf('cards')).toBe("cards error invalid_target: check the user's grants")
})

it('goes with the time, twice a second', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const house = setup()
  const { unmount } = show(house)
  await act(() => house.client.getToken('cards'))
  await act(async () => {
    await house.clock.advance(30_000)
    vi.advanceTimersByTime(500)
  })
  expect(textOf('cards')).toContain('due for renewal in 40 s')
  unmount()
  expect(vi.getTimerCount()).toBe(0)
})

it('filters lanes by audience, and events by anything they say', async () => {
  const house = setup()
  show(house)
  await act(() => house.client.getTokens(['cards', 'notes']))
  const events = () =>
    within(screen.getByRole('list', { name: 'Events' })).queryAllByRole('listitem')
  expect(events()).toHaveLength(3)
  const filter = screen.getByLabelText('Filter')
  fireEvent.change(filter, { target: { value: 'notes' } })
  expect(screen.queryByText('cards', { selector: 'strong' })).toBeNull()
  expect(laneOf('notes')).not.toBeNull()
  expect(events()).toHaveLength(2)
  fireEvent.change(filter, { target: { value: 'refreshed' } })
  expect(events().map((one) => one.querySelector('strong')?.textContent)).toEqual([
    'refreshed',
    'refreshed',
  ])
  expect(laneOf('cards')).not.toBeNull()
})

it('shows as much time as is chosen', async () => {
  const house = setup()
  show(house)
  await act(() => house.client.getToken('cards'))
  fireEvent.change(screen.getByLabelText('Time shown'), { target: { value: '3600000' } })
  expect(screen.getByRole('img').getAttribute('aria-label')).toMatch(/^cards, the last 36 min:/)
})

it('copies all of it as JSON, with no token in there nor in the page', async () => {
  const copied = stubClipboard()
  const watch = canary()
  onTestFinished(() => watch.stop())
  const house = setup()
  house.broker.set({ tokenText: watch.token })
  show(house)
  house.broker.failNext({ error: 'server_error', audience: 'notes' })
  await act(async () => {
    await house.client.fetchFor('cards')('v1/card')
    await house.client.getToken('notes').catch(() => {})
    await house.client.getTokens('records')
  })
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Copy as JSON' })))
  expect(screen.getByText('Copied.')).toBeTruthy()

  const [text = ''] = copied
  const { audiences, events } = JSON.parse(text)
  expect(audiences.map(({ audience }: { audience: string }) => audience)).toEqual(
    expect.arrayContaining(['cards', 'notes', 'records', 'records/a', 'records/b']),
  )
  expect(audiences[0]).toMatchObject({
    status: 'ready',
    generation: 1,
    generations: [{ generation: 1 }],
  })
  expect(events).toEqual(JSON.parse(JSON.stringify(house.client.events())))
  expect(house.broker.tokenTexts()).toHaveLength(3)
  watch.inspect('page', document.documentElement.outerHTML)
  watch.inspect('JSON', text)
  watch.inspect('recording', recorderOf(house.client).snapshot())
  watch.assertNone()
})

it('shows the JSON to copy by hand where there is no clipboard', async () => {
  show(setup())
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Copy as JSON' })))
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'JSON to copy by hand' })
  expect(JSON.parse(field.value)).toMatchObject({ audiences: [], events: [] })
})

it('asks for nothing, and leaves nothing behind', async () => {
  const house = setup()
  const { unmount } = show(house)
  await act(() => house.clock.advance(1_000_000))
  expect(house.broker.requests()).toEqual([])
  unmount()
  expect(house.clock.pending()).toBe(0)
})

it('watches the client it is given, in a shell that stands outside the provider', async () => {
  const { client } = setup()
  const { id, name, render: element } = tokenDevtoolsPlugin({ client })
  expect([id, name]).toEqual(['valetkey', 'Valet Key'])
  render(element)
  await act(() => client.getToken('cards'))
  expect(textOf('cards')).toMatch(/^cards ready/)
})

it('renders nothing on a server, and hydrates without a mismatch', async () => {
  const { tokens, client } = setup()
  await client.getToken('cards')
  const app = (
    <StrictMode>
      <TestTokenProvider tokens={tokens}>
        <TokenDevtools defaultOpen />
        <TokenDevtoolsPanel />
      </TestTokenProvider>
    </StrictMode>
  )
  const container = document.createElement('div')
  container.innerHTML = renderToString(app)
  expect(container.innerHTML).toBe('')
  const mismatches: unknown[] = []
  const onRecoverableError = (error: unknown) => mismatches.push(error)
  const root = await act(async () => hydrateRoot(container, app, { onRecoverableError }))
  expect(container.querySelectorAll('section')).toHaveLength(2)
  expect(mismatches).toEqual([])
  act(() => root.unmount())
})

it('has the same names in production, where they render nothing', () => {
  expect(Object.keys(absent).toSorted()).toEqual(Object.keys(devtools).toSorted())
  const { container } = render(
    <>
      <absent.TokenDevtools />
      <absent.TokenDevtoolsPanel />
      {absent.tokenDevtoolsPlugin().render}
    </>,
  )
  expect(container.innerHTML).toBe('')
})
