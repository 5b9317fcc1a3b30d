/** Calls through the broker: whose they may be, where they may go. */
import type { ConformanceCase } from '../conformance-case.ts'
import { expectProblem, expectStatus, expectThat, nameOf } from '../expectations.ts'
import type { Answer, Page, Sent } from '../page.ts'

const SECTION = 'Calling through the broker: `ANY {broker}/proxy/{audience}/{path}`'
const PASSES = 'Every call passes, in this order'
const HEADERS = 'beside them the headers of every response'
const HOSTILE = [
  'a%2fb',
  'a%5cb',
  'a%252fb',
  'a%00b',
  '/evil.example/x',
  'a/..;/b',
  'a%ffb',
  'a%0ab',
]

function call(page: Page, path?: string, sent?: Sent): Promise<Answer> {
  const { audience = '', path: allowed = '' } = page.profile.proxied ?? {}
  return page.send(`proxy/${encodeURIComponent(audience)}${path ?? allowed}`, sent)
}

export const proxiedCases: readonly ConformanceCase[] = [
  {
    id: 'proxied-item',
    title: 'An audience that is proxied is answered with an address and no token',
    clause: { section: SECTION, words: 'Where an item says `"delivery": "proxy"`' },
    needs: 'proxied',
    async check(page) {
      const answer = await page.ask([page.profile.proxied?.audience ?? ''])
      expectStatus(answer, 200)
      const [item = {}] = answer.items
      expectThat(item.access_token === undefined, 'the item has a token')
      expectThat(item.delivery === 'proxy', `delivery is ${nameOf(item.delivery)}`)
      expectThat(Number(item.expires_in) > 0, 'expires_in is not above 0')
      const base = `${page.baseUrl}/`
      const url = URL.parse(String(item.resource), base)
      expectThat(url?.href.startsWith(`${base}proxy/`) ?? false, 'resource is not below proxy/')
      expectThat(url?.href.endsWith('/') ?? false, 'resource does not end in a slash')
    },
  },
  {
    id: 'proxied-call',
    title: 'A call that is allowed brings the vault’s answer, without X-Valet-Key',
    clause: { section: SECTION, words: "Without, the vault's" },
    needs: 'proxied',
    async check(page) {
      const answer = await call(page)
      expectThat(!answer.headers.has('X-Valet-Key'), 'the answer is the broker’s own')
      expectThat(answer.status < 300, `the vault’s answer has status ${answer.status}`)
    },
  },
  {
    id: 'proxied-headers',
    title: 'The vault’s answer is not stored, not sniffed, sandboxed, and sets nothing',
    clause: { section: SECTION, words: HEADERS },
    needs: 'proxied',
    async check(page) {
      const { headers } = await call(page)
      const right: [string, RegExp][] = [
        ['Cache-Control', /no-store/],
        ['X-Content-Type-Options', /^nosniff$/],
        ['Content-Security-Policy', /sandbox/],
        ['Referrer-Policy', /^no-referrer$/],
      ]
      for (const [name, pattern] of right)
        expectThat(pattern.test(headers.get(name) ?? ''), `${name} is missing or another`)
      for (const name of ['Set-Cookie', 'WWW-Authenticate', 'Access-Control-Allow-Origin'])
        expectThat(!headers.has(name), `${name} has crossed`)
    },
  },
  {
    id: 'proxied-stranger',
    title: 'A call of a stranger goes nowhere, whatever its method',
    clause: { section: SECTION, words: PASSES },
    needs: 'proxied',
    async check(page) {
      const strangers: Sent[] = [
        { headers: { 'X-Valet-Key': undefined } },
        { headers: { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' } },
        {
          headers: {
            Origin: 'https://valetkey-conformance.example',
            'Sec-Fetch-Site': 'same-site',
          },
        },
        { headers: { 'Sec-Fetch-Site': 'none' } },
      ]
      for (const sent of strangers)
        expectProblem(await call(page, undefined, sent), [403, 'csrf_rejected'])
    },
  },
  {
    id: 'proxied-login',
    title: 'A call without a login goes nowhere',
    clause: { section: SECTION, words: PASSES },
    needs: 'proxied',
    async check(page) {
      const answer = await call(page, undefined, { as: 'nobody' })
      expectProblem(answer, [401, 'invalid_session'])
    },
  },
  {
    id: 'proxied-rules',
    title: 'A path that no rule allows goes nowhere',
    clause: { section: SECTION, words: "the audience's own list of methods and paths" },
    needs: 'proxied',
    async check(page) {
      const path = page.profile.proxied?.refusedPath ?? '/valetkey/conformance/no/such/path'
      expectProblem(await call(page, path), [403, 'invalid_target'])
    },
  },
  {
    id: 'proxied-paths',
    title: 'A path that could be read in two ways is refused',
    clause: { section: SECTION, words: 'refused with 400, as it was spelled on the wire' },
    needs: 'proxied',
    async check(page) {
      for (const path of HOSTILE)
        expectProblem(
          await call(page, `/${path}`),
          [400, 'invalid_request'],
          `the answer to ${path}`,
        )
    },
  },
]
