/** A token's text is nowhere that a page, an extension or a shoulder could read it. */
import { expect, type Page, test } from '@playwright/test'
import {
  choose,
  noteOf,
  patients,
  signInAs,
  storePatient,
  unfoldCode,
  uniqueName,
  writeNote,
  writeVisit,
} from './demo-page.ts'
import { watchTraffic } from './traffic.ts'

/** Any token of any system, and any key in PEM. */
const TOKEN_OR_KEY = /eyJ[\w-]+\.[\w-]+\.[\w-]+|PRIVATE KEY/

test('no token text is in the page, its storage, its addresses, its console or its query cache', async ({
  page,
}) => {
  const traffic = watchTraffic(page)
  await signInAs(page, 'Ada')
  await choose(page, 'Direct')
  await fillWorkspace(page)
  // Two of each vault but walt.id, whose key lives long.
  await expect.poll(() => traffic.tokens.size, { timeout: 30_000 }).toBeGreaterThanOrEqual(11)
  const everything = [await readableIn(page), ...traffic.urls, ...traffic.console].join('\n')

  // Of all four systems.
  const algorithms = new Set([...traffic.tokens].map(algorithmOf))
  expect(algorithms).toEqual(new Set(['ES256K', 'RS256', 'HS256', 'EdDSA']))
  for (const token of traffic.tokens) {
    expect(everything).not.toContain(token)
    // The part that makes a token: without its signature it opens nothing.
    expect(everything).not.toContain(token.split('.')[2]!)
  }
  expect(everything).not.toMatch(TOKEN_OR_KEY)
})

test('through the broker no token text reaches the page at all', async ({ page }) => {
  await signInAs(page, 'Ada')
  await choose(page, 'Through the broker')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in as' })).toBeVisible()

  // From here on nothing is left of what came before, nor on its way.
  await page.waitForLoadState('networkidle')
  const traffic = watchTraffic(page)
  const bodies: Promise<string>[] = []
  page.on('response', (response) => {
    const isData = ['fetch', 'xhr'].includes(response.request().resourceType())
    if (isData) bodies.push(response.text().catch(() => ''))
  })
  const headers: string[] = []
  page.on('request', (request) => headers.push(JSON.stringify(request.headers())))

  await signInAs(page, 'Ada')
  await expect(page.getByRole('radio', { name: 'Through the broker' })).toBeChecked()
  await fillWorkspace(page)

  const received = await Promise.all(bodies)
  expect(received.filter((body) => body.includes('"resource"')).length).toBeGreaterThan(0)
  const everything = [await readableIn(page), ...received, ...headers, ...traffic.urls].join('\n')
  expect(traffic.tokens.size).toBe(0)
  expect(everything).not.toMatch(TOKEN_OR_KEY)
  const { origin } = new URL(page.url())
  expect(traffic.urls.filter((url) => new URL(url).origin !== origin)).toEqual([])
  expect(traffic.failures).toEqual([])
})

test('the session cookie is out of reach of scripts and other sites', async ({ page, context }) => {
  await signInAs(page, 'Ada')
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', secure: false, path: '/' })
  expect(await page.evaluate(() => document.cookie)).toBe('')
})

test('the page’s policy lets it talk to the demo and its vaults alone', async ({ page }) => {
  const response = await page.goto('/')
  const policy = response?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain("'unsafe-inline'")
  expect(policy).not.toMatch(/'unsafe-eval'/)
  const connect = /connect-src ([^;]*)/.exec(policy)?.[1]?.split(' ')
  expect(connect?.[0]).toBe("'self'")
  // Three nodes, Skyflow, NexusRunDB, walt.id.
  expect(connect).toHaveLength(7)
  for (const origin of connect?.slice(1) ?? [])
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

/** All systems used, everything unfolded. */
async function fillWorkspace(page: Page): Promise<void> {
  const name = uniqueName('Secrecy')
  await writeNote(page, name, 'Nothing to see')
  await expect(noteOf(page, name)).toBeVisible()
  await storePatient(page, name)
  await page.getByRole('button', { name: 'Detokenise' }).click()
  await expect(patients(page)).toHaveCount(1)
  await writeVisit(page, uniqueName('secrecy'), name)
  await expect(page.getByRole('list', { name: 'In the wallet' })).toContainText('holder-1')
  await unfoldCode(page)
  for (const name of ['React', 'Vanilla', 'curl']) await expectCode(page, name)
}

/** Every action has its code, in that tab. */
async function expectCode(page: Page, name: string): Promise<void> {
  for (const tab of await page.getByRole('tab', { name }).all()) await tab.click()
  const texts = await page.locator('pre code').allInnerTexts()
  // Write and read notes; insert, detokenise, read patients; write, list, read, delete visits; the wallet.
  expect(texts).toHaveLength(10)
  for (const text of texts) expect(text).toMatch(/^(#|DEMO=|\/\*\*|import|export|const)/)
}

/** All that a script, an extension or a screenshot could read. */
async function readableIn(page: Page): Promise<string> {
  const cache = await queryCacheOf(page)
  // Proves that the cache was found: the notes are in it.
  expect(cache).toContain('Nothing to see')
  const rest = await page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('input, textarea')].map(
        (field) => (field as HTMLInputElement).value,
      ),
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      JSON.stringify(history.state),
      document.cookie,
      location.href,
    ].join('\n'),
  )
  return [cache, rest].join('\n')
}

/** The query cache as it would be dehydrated, found where React keeps it: the page exposes it to nobody. */
function queryCacheOf(page: Page): Promise<string> {
  interface Fiber {
    child: Fiber | null
    memoizedProps?: { client?: { getQueryCache?: () => { getAll(): CachedQuery[] } } }
  }
  interface CachedQuery {
    queryKey: unknown
    state: unknown
  }
  return page.evaluate(() => {
    const root = document.getElementById('root')!
    const key = Object.keys(root).find((name) => name.startsWith('__reactContainer$'))!
    let fiber = (root as unknown as Record<string, Fiber>)[key] as Fiber | null
    while (fiber && !fiber.memoizedProps?.client?.getQueryCache) fiber = fiber.child
    const queries = fiber?.memoizedProps?.client?.getQueryCache?.().getAll() ?? []
    return JSON.stringify(queries.map(({ queryKey, state }) => ({ queryKey, state })))
  })
}

function algorithmOf(token: string): unknown {
  const header: { alg?: unknown } = JSON.parse(
    Buffer.from(token.split('.')[0]!, 'base64url').toString(),
  )
  return header.alg
}
