/** The headers of every response, whatever its status or method. */
import type { ConformanceCase } from '../conformance-case.ts'
import { expectThat } from '../expectations.ts'
import type { Answer, Page, Sent } from '../page.ts'

const SECTION = 'Refusing'
const UNKNOWN = { tokens: [{ id: '1', audience: 'valetkey-conformance-unknown' }] }

/** A response of every kind: granted, refused in every manner, of every route. */
const SAMPLES: Readonly<Record<string, (page: Page) => Promise<Answer>>> = {
  'a token': (page) => page.ask([page.profile.granted]),
  'a malformed request': (page) => page.post('{'),
  'a request without login': (page) => page.ask([page.profile.granted], { as: 'nobody' }),
  'a request of a stranger': (page) =>
    page.ask([page.profile.granted], {
      headers: { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
    }),
  'an unknown audience': (page) => page.post(UNKNOWN),
  'an unknown version': (page) =>
    page.ask([page.profile.granted], { headers: { 'X-Valet-Key': '99' } }),
  'a wrong type': (page) => page.post('{}', { headers: { 'Content-Type': 'text/plain' } }),
  'a long body': (page) => page.post(' '.repeat(17_000)),
  'a wrong method': (page) => page.send('tokens'),
  'a wrong path': (page) => page.send('valetkey-conformance'),
  'a preflight': (page) => page.send('tokens', optionsOf('https://valetkey-conformance.example')),
  healthz: (page) => page.send('healthz', { as: 'nobody' }),
  readyz: (page) => page.send('readyz', { as: 'nobody' }),
}

function optionsOf(origin: string): Sent {
  return { method: 'OPTIONS', as: 'nobody', headers: { Origin: origin } }
}

/** What each header must be, in words of its own where it is no fixed text. */
const HEADERS: readonly [name: string, isRight: (value: string) => boolean, words: string][] = [
  ['Cache-Control', (value) => /\bno-store\b/i.test(value), '`Cache-Control: no-store`'],
  ['Pragma', (value) => /^no-cache$/i.test(value), '`Pragma: no-cache`'],
  ['Vary', varies, '`Vary: Cookie, Authorization, Origin, Sec-Fetch-Site`'],
  ['X-Content-Type-Options', (value) => value === 'nosniff', '`X-Content-Type-Options: nosniff`'],
  ['Referrer-Policy', (value) => value === 'no-referrer', '`Referrer-Policy: no-referrer`'],
  [
    'Content-Security-Policy',
    (value) =>
      ["default-src 'none'", "frame-ancestors 'none'", 'sandbox'].every((it) => value.includes(it)),
    "`Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; sandbox`",
  ],
  [
    'Cross-Origin-Resource-Policy',
    (value) => /^same-(origin|site)$/.test(value),
    '`Cross-Origin-Resource-Policy`',
  ],
  ['X-Request-Id', (value) => value !== '', '`X-Request-Id`'],
  ['X-Valet-Key', (value) => value === '1', '`X-Valet-Key: 1`'],
]

/** Frameworks may add more. */
function varies(value: string): boolean {
  const names = value.toLowerCase().split(/\s*,\s*/)
  return ['cookie', 'authorization', 'origin', 'sec-fetch-site'].every((it) => names.includes(it))
}

export const headerCases: readonly ConformanceCase[] = HEADERS.map(([name, isRight, words]) => ({
  id: `header-${name.toLowerCase()}`,
  title: `Every response has ${name}`,
  clause: { section: SECTION, words },
  async check(page) {
    for (const [what, ask] of Object.entries(SAMPLES)) {
      const value = (await ask(page)).headers.get(name)
      expectThat(value !== null, `the answer to ${what} has no ${name}`)
      expectThat(isRight(value), `the answer to ${what} has another ${name}`)
    }
  },
}))
