import axe from 'axe-core'
import { StrictMode } from 'react'
import { expect, it, onTestFinished } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { TokenDevtools, type TokenDevtoolsProps } from '../../src/devtools/index.ts'
import { createTestTokens, TestTokenProvider } from '../../src/testing/index.ts'

async function show(props: TokenDevtoolsProps): Promise<void> {
  const tokens = createTestTokens({
    audiences: { cards: {}, notes: {}, records: { members: ['a', 'b'] } },
    lifetimeSeconds: 100,
    vault: () => new Response('{}', { status: 401 }),
  })
  const { client, broker, clock } = tokens
  onTestFinished(() => client.dispose())
  const end = client.keepFresh('records')
  await clock.advance(80_000)
  await client.fetchFor('cards')('v1/card')
  broker.failNext({ error: 'invalid_target', audience: 'notes', retryable: false })
  await client.getToken('notes').catch(() => {})
  end()
  await render(
    <StrictMode>
      <TestTokenProvider tokens={tokens}>
        <main>
          <h1>App</h1>
        </main>
        <TokenDevtools {...props} now={() => clock.wall()} />
      </TestTokenProvider>
    </StrictMode>,
  )
}

it.each(['light', 'dark'] as const)(
  'has nothing for axe to find, %s, on a desk and on a phone, and is as narrow as that',
  async (theme) => {
    document.documentElement.lang = 'en'
    document.title = 'App'
    document.body.style.background = theme === 'dark' ? '#000' : '#fff'
    onTestFinished(() => document.body.removeAttribute('style'))
    await page.viewport(1200, 900)
    await show({ theme, defaultOpen: true })
    await expect.element(page.getByText(/^invalid_target: /)).toBeVisible()
    for (const one of document.querySelectorAll('details')) one.open = true
    for (const width of [1200, 320]) {
      await page.viewport(width, 800)
      const { violations } = await axe.run(document)
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`,
      )
      expect(found).toEqual([])
      const panel = document.querySelector('section.vk-devtools')
      expect(panel?.scrollWidth).toBe(panel?.clientWidth)
      expect(document.documentElement.scrollWidth).toBe(width)
    }
  },
)

it.each([
  ['left', 8],
  [undefined, 500],
  ['right', 1100],
] as const)(
  'stands where it is told, and lets clicks beside it through: %s',
  async (...[position, x]) => {
    await page.viewport(1200, 800)
    await show(position === undefined ? {} : { position })
    const button = page.getByRole('button', { name: 'Tokens' })
    await expect.element(button).toBeVisible()
    const place = button.element().getBoundingClientRect()
    expect(Math.abs(place.x - x)).toBeLessThan(120)
    expect(document.elementFromPoint(place.x + 10, place.y + 10)).toBe(button.element())
    const beside = document.elementFromPoint(position === 'right' ? 100 : 900, place.y + 10)
    expect(beside?.closest('aside')).toBe(null)
  },
)
