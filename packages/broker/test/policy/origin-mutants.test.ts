import { expect, it } from 'vitest'
import { BASE, createApp, tokenRequest } from '../harness.ts'
import { tell } from './counts.ts'

const LISTED = 'https://app.example'

/** Each is close to the listed origin for a regular expression, a suffix, a prefix, a careless parser or an eye. */
const MUTANTS = [
  ...[
    'http',
    'HTTPS',
    'Https',
    'ws',
    'wss',
    'ftp',
    'file',
    'chrome-extension',
    'https+x',
    'httpss',
  ].map((scheme) => `${scheme}://app.example`),
  ...[
    ':443',
    ':80',
    ':8443',
    ':0',
    ':',
    ':443443',
    ':443@evil.example',
    '.',
    '..',
    '/',
    '//',
    '/x',
    '/.',
  ].map((tail) => `${LISTED}${tail}`),
  ...['?', '?x', '#', '#x', '\\', ';', ',', "'", '"', '*', '%00', '%2e', '%20x', ' x', '\tx'].map(
    (tail) => `${LISTED}${tail}`,
  ),
  ...[
    '.evil.example',
    '-evil.example',
    'evil',
    '.evil',
    '@evil.example',
    '_evil.example',
    '.co',
  ].map((tail) => `${LISTED}${tail}`),
  ...['evil', 'evil-', 'evil.', 'x.', 'www.', 'user@', 'user:pass@', '.', '-', '*.', '/'].map(
    (head) => `https://${head}app.example`,
  ),
  'https://APP.example',
  'https://App.Example',
  'https://appxexample',
  'https://app.exampl',
  'https://app.examplee',
  'https://pp.example',
  'https://example',
  'https://app%2eexample',
  'https://xn--pp-gia.example',
  'https://127.0.0.1',
  'https://[::1]',
  'https:app.example',
  'https:/app.example',
  'https:///app.example',
  '//app.example',
  'app.example',
  '*',
  'null',
  'NULL',
  'undefined',
  'true',
  'about:blank',
  'data:text/html,x',
  'blob:https://app.example/x',
  `${LISTED}, https://evil.example`,
  `https://evil.example, ${LISTED}`,
  `${LISTED} https://evil.example`,
  `${LISTED}, ${LISTED}`,
]

it(`lets none of ${MUTANTS.length} mutants of a listed origin in, and none read`, async () => {
  expect(new Set(MUTANTS).size).toBeGreaterThanOrEqual(60)
  const { broker, minter } = createApp({ origins: [LISTED] })
  const wrong: unknown[] = []
  for (const Origin of MUTANTS)
    for (const site of [undefined, 'same-site', 'cross-site', 'none']) {
      const asked = { tokens: [{ id: '1', audience: 'cards' }] }
      const answer = await broker.fetch(tokenRequest(asked, { Origin, 'Sec-Fetch-Site': site }))
      const headers = { Origin, 'Access-Control-Request-Method': 'POST' }
      const preflight = await broker.fetch(
        new Request(`${BASE}/tokens`, { method: 'OPTIONS', headers }),
      )
      const leave = [answer, preflight].flatMap((response) =>
        [...response.headers.keys()].filter((name) => name.startsWith('access-control-')),
      )
      if (answer.status !== 403 || leave.length > 0)
        wrong.push([Origin, site, answer.status, leave])
    }
  expect(wrong).toEqual([])
  expect(minter.requests).toEqual([])
  tell(`origin mutants: ${MUTANTS.length} in 4 settings, ${wrong.length} let in`)
})

it('lets the listed one in', async () => {
  const { broker } = createApp({ origins: [LISTED] })
  const asked = { tokens: [{ id: '1', audience: 'cards' }] }
  const headers = { Origin: LISTED, 'Sec-Fetch-Site': 'cross-site' }
  const response = await broker.fetch(tokenRequest(asked, headers))
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe(LISTED)
})
