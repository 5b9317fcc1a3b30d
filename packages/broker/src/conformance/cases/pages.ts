/** Which pages a broker listens to: the oracle of the protocol, from outside. */
import type { ConformanceCase } from '../conformance-case.ts'
import {
  expectNoToken,
  expectProblem,
  expectStatus,
  expectThat,
  expectToken,
} from '../expectations.ts'
import type { HeaderChanges, Page } from '../page.ts'

const SECTION = 'Which page may ask'
const FOREIGN = 'https://valetkey-conformance.example'
const SITE = 'Sec-Fetch-Site'
const CSRF = [403, 'csrf_rejected'] as const
const LIST = 'it is in the configured list, or `Sec-Fetch-Site` is `same-origin`'
const EXACT = 'then an exact list, never reflected'

async function expectStranger(page: Page, headers: HeaderChanges, what?: string): Promise<void> {
  for (const path of ['tokens', 'revoke']) {
    const body = path === 'revoke' ? {} : { tokens: [{ id: '1', audience: page.profile.granted }] }
    const all = { 'Content-Type': 'application/json', ...headers }
    const answer = await page.send(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: all,
    })
    const told = `the answer of ${path}${what === undefined ? '' : ` to ${what}`}`
    expectNoToken(answer, told)
    expectProblem(answer, CSRF, told)
    const origin = answer.headers.get('Access-Control-Allow-Origin')
    expectThat(origin === null, `${told} allows an origin`)
  }
}

/** Origins that only look like `origin`. */
function mutantsOf(origin: string): string[] {
  const { protocol, host, hostname } = new URL(origin)
  return [
    `${origin}.evil.example`,
    `${origin}/`,
    `${origin}:1`,
    `${protocol}//evil.${host}`,
    `${protocol}//${hostname}@evil.example`,
    `${protocol === 'https:' ? 'http:' : 'https:'}//${host}`,
    origin.toUpperCase(),
    origin.slice(0, -1),
    `${origin}, ${origin}`,
    host,
    '*',
  ]
}

export const pageCases: readonly ConformanceCase[] = [
  {
    id: 'page-origin-null',
    title: 'A page without an origin of its own is refused',
    clause: { section: SECTION, words: '`Origin: null` is refused' },
    async check(page) {
      await expectStranger(page, { Origin: 'null', [SITE]: undefined }, 'Origin: null')
      await expectStranger(page, { Origin: 'null', [SITE]: 'cross-site' }, 'it across sites')
      await expectStranger(page, { Origin: 'null', [SITE]: 'same-origin' }, 'it as same-origin')
    },
  },
  {
    id: 'page-site-none',
    title: 'A request that a person typed is refused',
    clause: { section: SECTION, words: '`none` is refused' },
    check: (page) => expectStranger(page, { [SITE]: 'none' }),
  },
  {
    id: 'page-other-site',
    title: 'A page of another origin is refused where it names none',
    clause: { section: SECTION, words: '`cross-site` needs a listed `Origin`' },
    async check(page) {
      for (const site of ['same-site', 'cross-site', 'unheard-of'])
        await expectStranger(page, { [SITE]: site }, site)
    },
  },
  {
    id: 'page-foreign-origin',
    title: 'A page of an origin that is not listed is refused',
    clause: { section: SECTION, words: LIST },
    async check(page) {
      for (const site of ['cross-site', 'same-site', undefined])
        await expectStranger(page, { Origin: FOREIGN, [SITE]: site }, site ?? 'no Sec-Fetch-Site')
    },
  },
  {
    id: 'page-own-host',
    title: 'An origin is not trusted because it is that of the Host',
    clause: { section: SECTION, words: 'The broker derives nothing from `Host`' },
    async check(page) {
      const { origin } = new URL(page.baseUrl)
      if (origin === page.profile.origin) return
      await expectStranger(page, { Origin: origin, [SITE]: undefined })
    },
  },
  {
    id: 'page-no-provenance',
    title: 'A request that says nothing of its page needs the app’s own bearer',
    clause: { section: SECTION, words: "refused, unless the request carries the app's own bearer" },
    async check(page) {
      if (!page.hasBearer) return expectStranger(page, { [SITE]: undefined })
      const answer = await page.ask([page.profile.granted], { headers: { [SITE]: undefined } })
      expectToken(answer)
    },
  },
  {
    id: 'page-cookie-beside-bearer',
    title: 'Where a bearer alone let a request in, no cookie counts',
    clause: { section: SECTION, words: 'then no cookie counts' },
    needs: 'cookie',
    async check(page) {
      const headers = { [SITE]: undefined, Authorization: 'Bearer valetkey-conformance' }
      const answer = await page.ask([page.profile.granted], { headers })
      expectNoToken(answer)
      expectThat([401, 403].includes(answer.status), `the answer has status ${answer.status}`)
    },
  },
  {
    id: 'page-preflight-foreign',
    title: 'A preflight of an origin that is not listed is given no leave',
    clause: { section: SECTION, words: EXACT },
    async check(page) {
      const { headers } = await preflight(page, FOREIGN)
      const allowed = headers.get('Access-Control-Allow-Origin')
      expectThat(allowed === null, 'Access-Control-Allow-Origin is there')
    },
  },
  {
    id: 'page-listed-origin',
    title: 'A page of a listed origin gets a token, and leave to read it',
    clause: { section: SECTION, words: EXACT },
    needs: 'origin',
    async check(page) {
      const { origin = '' } = page.profile
      for (const site of ['cross-site', undefined]) {
        const headers = { Origin: origin, [SITE]: site }
        const answer = await page.ask([page.profile.granted], { headers })
        expectToken(answer)
        const allowed = answer.headers.get('Access-Control-Allow-Origin')
        expectThat(
          allowed === origin,
          'Access-Control-Allow-Origin is not the origin, spelled exactly',
        )
      }
    },
  },
  {
    id: 'page-preflight-listed',
    title: 'A preflight of a listed origin may send X-Valet-Key',
    clause: { section: SECTION, words: EXACT },
    needs: 'origin',
    async check(page) {
      const { origin = '' } = page.profile
      const answer = await preflight(page, origin)
      expectStatus(answer, 204)
      const allowed = answer.headers.get('Access-Control-Allow-Headers') ?? ''
      expectThat(/\bx-valet-key\b/i.test(allowed), 'Access-Control-Allow-Headers lacks X-Valet-Key')
      const isNamed = answer.headers.get('Access-Control-Allow-Origin') === origin
      expectThat(isNamed, 'Access-Control-Allow-Origin is not the origin, spelled exactly')
    },
  },
  {
    id: 'page-similar-origin',
    title: 'An origin that only looks like a listed one is refused',
    clause: { section: SECTION, words: EXACT },
    needs: 'origin',
    async check(page) {
      for (const origin of mutantsOf(page.profile.origin ?? ''))
        await expectStranger(page, { Origin: origin, [SITE]: 'cross-site' }, origin)
    },
  },
]

function preflight(page: Page, origin: string): ReturnType<Page['send']> {
  return page.send('tokens', {
    method: 'OPTIONS',
    as: 'nobody',
    headers: {
      Origin: origin,
      'X-Valet-Key': undefined,
      [SITE]: 'cross-site',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type, x-valet-key',
    },
  })
}
