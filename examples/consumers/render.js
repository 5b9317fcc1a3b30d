/** The hooks at work with the peers of one consumer: mounted, unmounted, rendered on a server. */
import { JSDOM } from 'jsdom'
import { createElement as h, StrictMode, Suspense, version } from 'react'
import { renderToString } from 'react-dom/server'

const page = new JSDOM('<main></main>', { url: 'https://app.example/' }).window
Object.assign(globalThis, { window: page, document: page.document })
const { createRoot } = await import('react-dom/client')
const { createTestTokens, TestTokenProvider } = await import('@valetkey/react/testing')
const {
  TokenGate,
  useFetchFor,
  useSuspenseTokens,
  useSuspenseVaultQuery,
  useTokenStatus,
  useVaultMutation,
  useVaultQuery,
} = await import('@valetkey/react')

const { TokenDevtools } = await import('@valetkey/react/devtools')

// As a bundler sets it while developing: then the devtools are there.
const isDeveloping = process.execArgv.includes('--conditions=development')
const complaints = []
for (const kind of ['error', 'warn']) console[kind] = (...said) => complaints.push(said.join(' '))

const tokens = createTestTokens({
  audiences: { cards: {}, records: { members: ['a', 'b'] } },
  vault: () => Response.json({ holder: 'Ada' }),
})

function Holder() {
  const fetchCards = useFetchFor('cards')
  const { data } = useSuspenseVaultQuery({
    queryKey: ['card', 'suspended'],
    queryFn: async ({ signal }) => (await fetchCards('v1/card', { signal })).json(),
  })
  return h('i', null, data.holder)
}

function Card() {
  useSuspenseTokens(['cards'])
  const fetchCards = useFetchFor('cards')
  const { data } = useVaultQuery({
    queryKey: ['card'],
    queryFn: async ({ signal }) => (await fetchCards('v1/card', { signal })).json(),
  })
  const { status } = useVaultMutation({ mutationFn: async () => {} })
  return h('p', null, [useTokenStatus('records').status, status, data?.holder].join(' '))
}

const app = h(
  StrictMode,
  null,
  h(
    TestTokenProvider,
    { tokens },
    h(TokenDevtools),
    h(
      TokenGate,
      { audiences: ['records'], fallback: 'gate' },
      h(Suspense, { fallback: 'suspense' }, h(Card), h(Card), h(Card), h(Holder)),
    ),
  ),
)

const sent = renderToString(app)
if (sent !== 'gate' || tokens.broker.requests().length > 0)
  throw new Error(`a server sends ${sent} and asks ${tokens.broker.requests().length} times`)

const main = page.document.querySelector('main')
const root = createRoot(main)
root.render(app)
const wanted = `${'ready idle Ada'.repeat(3)}Ada`
const button = page.document.getElementsByTagName('button')
const endsAt = Date.now() + 10_000
while (!main.textContent.endsWith(wanted) && Date.now() < endsAt)
  await new Promise((resolve) => setTimeout(resolve, 10))
if (!main.textContent.endsWith(wanted)) throw new Error(`it shows "${main.textContent}"`)
const asked = tokens.broker
  .requests()
  .flatMap((request) => request.tokens.map((one) => one.audience))
if (asked.toSorted().join() !== 'cards,records') throw new Error(`it asks for ${asked}`)
if (button.length !== (isDeveloping ? 1 : 0)) throw new Error(`devtools: ${button.length}`)
root.unmount()
if (complaints.length > 0) throw new Error(complaints.join('\n'))
console.log(`rendered by React ${version}`)
process.exit(0)
