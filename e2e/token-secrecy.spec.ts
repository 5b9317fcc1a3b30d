/** A token's text is nowhere that a page, an extension or a shoulder could read it. */
import { expect, test } from '@playwright/test'
import { generationOf, noteOf, signInAs, uniqueName, writeNote } from './demo-page.ts'
import { watchTraffic } from './traffic.ts'

test.skip(({ colorScheme }) => colorScheme === 'dark', 'colours play no part here')

test('no token text is in the page, its storage, its addresses or its console', async ({
  page,
}) => {
  const traffic = watchTraffic(page)
  const name = uniqueName('Secrecy')
  await signInAs(page, 'Ada')
  await writeNote(page, name, 'Nothing to see')
  await expect(noteOf(page, name)).toBeVisible()
  await page.getByText('The code that ran').click()
  await expect.poll(() => generationOf(page, 1), { timeout: 30_000 }).toBeGreaterThanOrEqual(2)

  const readable = await page.evaluate(() =>
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
  const everything = [readable, ...traffic.urls, ...traffic.console].join('\n')

  expect(traffic.tokens.size).toBeGreaterThanOrEqual(6)
  for (const token of traffic.tokens) {
    expect(everything).not.toContain(token)
    // The part that makes a token: without its signature it opens nothing.
    expect(everything).not.toContain(token.split('.')[2]!)
  }
})

test('the session cookie is out of reach of scripts and other sites', async ({ page, context }) => {
  await signInAs(page, 'Ada')
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', secure: false, path: '/' })
  expect(await page.evaluate(() => document.cookie)).toBe('')
})

test('the page’s policy lets it talk to the demo and its nodes alone', async ({ page }) => {
  const response = await page.goto('/')
  const policy = response?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain("'unsafe-inline'")
  expect(policy).not.toMatch(/'unsafe-eval'/)
  const connect = /connect-src ([^;]*)/.exec(policy)?.[1]?.split(' ')
  expect(connect?.[0]).toBe("'self'")
  expect(connect).toHaveLength(4)
  for (const origin of connect?.slice(1) ?? [])
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})
