/** Brokers with one fault each, made from ours, with the cases that must find it. */
import { answered, asked, askedFor, granted, type Mutant, told } from './mutant.ts'
import { ROUTE_MUTANTS } from './route-mutants.ts'

const PAST_JWT = `e30.${btoa('{"exp":1700000000}').replace(/=+$/, '')}.c2ln`

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'lets answers be stored',
    spoil: answered((headers) => headers.delete('Cache-Control')),
    found: ['header-cache-control', 'proxied-headers', 'operation-answer'],
  },
  {
    name: 'lets refusals be stored',
    spoil: answered((headers, { status }) => {
      if (status >= 400) headers.delete('Cache-Control')
    }),
    found: ['header-cache-control'],
  },
  {
    name: 'tells caches nothing of the login',
    spoil: answered((headers) => headers.set('Vary', 'Origin')),
    found: ['header-vary'],
  },
  {
    name: 'hands out what is forbidden',
    spoil: (fetch) =>
      told(({ tokens = [] }) =>
        tokens.forEach((item) => {
          if (item.id === 'payroll') Object.assign(item, { id: '1', audience: 'payroll' })
        }),
      )(
        askedFor(({ tokens = [] }) =>
          tokens.forEach((item) => {
            if (item.audience === 'payroll')
              Object.assign(item, { id: 'payroll', audience: 'cards' })
          }),
        )(fetch),
      ),
    found: ['refuse-forbidden', 'refuse-alike'],
  },
  {
    name: 'tells what is forbidden from what is unknown',
    spoil: told((body) => {
      if (body.tokens?.[0]?.audience === 'payroll') body.error_description = 'Not for you'
    }),
    found: ['refuse-alike'],
  },
  {
    name: 'listens to every page',
    spoil: asked((headers) => {
      headers.delete('Origin')
      headers.set('Sec-Fetch-Site', 'same-origin')
    }),
    found: [
      'page-origin-null',
      'page-site-none',
      'page-other-site',
      'page-foreign-origin',
      'page-own-host',
      'page-no-provenance',
      'page-cookie-beside-bearer',
      'page-listed-origin',
      'page-preflight-listed',
      'page-similar-origin',
      'proxied-stranger',
      'operation-stranger',
    ],
  },
  {
    name: 'trusts the Host',
    spoil: asked((headers, { url }) => {
      if (headers.get('Origin') === new URL(url).origin)
        headers.set('Sec-Fetch-Site', 'same-origin')
    }),
    found: ['page-own-host'],
  },
  {
    name: 'compares the beginning of origins',
    spoil: asked((headers) => {
      if (headers.get('Origin')?.startsWith('https://other.test'))
        headers.set('Origin', 'https://other.test')
    }),
    found: ['page-similar-origin'],
  },
  {
    name: 'needs no X-Valet-Key',
    spoil: asked((headers) => {
      if (!headers.has('X-Valet-Key')) headers.set('X-Valet-Key', '1')
    }),
    found: ['version-missing', 'proxied-stranger', 'operation-stranger'],
  },
  {
    name: 'speaks every version',
    spoil: asked((headers) => {
      if (headers.has('X-Valet-Key')) headers.set('X-Valet-Key', '1')
    }),
    found: ['version-unknown'],
  },
  {
    name: 'takes forms',
    spoil: asked((headers, { url, method }) => {
      if (url.endsWith('/tokens') && method === 'POST')
        headers.set('Content-Type', 'application/json')
    }),
    found: ['version-content-type'],
  },
  {
    name: 'lets every origin read',
    spoil: answered((headers) => headers.set('Access-Control-Allow-Origin', '*')),
    found: [
      'page-origin-null',
      'page-site-none',
      'page-other-site',
      'page-foreign-origin',
      'page-own-host',
      'page-no-provenance',
      'page-preflight-foreign',
      'page-listed-origin',
      'page-preflight-listed',
      'page-similar-origin',
      'proxied-headers',
    ],
  },
  {
    name: 'needs no login',
    spoil: asked((headers) => {
      if (!headers.has('Cookie')) headers.set('Cookie', 'session=canary-ada-1')
    }),
    found: ['refuse-no-login', 'proxied-login', 'operation-login', 'route-revoke-login'],
  },
  {
    name: 'lets a cookie count beside a bearer',
    spoil: asked((headers) => {
      if (!headers.has('Sec-Fetch-Site') && headers.has('Authorization'))
        headers.set('Sec-Fetch-Site', 'same-origin')
    }),
    found: ['page-cookie-beside-bearer'],
  },
  {
    name: 'does not challenge',
    spoil: answered((headers) => headers.delete('WWW-Authenticate')),
    found: ['refuse-no-login', 'refuse-spoilt-login'],
  },
  {
    name: 'hands out an expired token',
    spoil: granted((item) => Object.assign(item, { access_token: PAST_JWT })),
    found: ['answer-expired'],
  },
  {
    name: 'tells the full life of a token that is half over',
    spoil: granted((item) => Object.assign(item, { expires_in: 300 })),
    found: ['asking-ttl', 'answer-expires-in-remains'],
  },
  {
    name: 'hands out tokens that ended',
    spoil: granted((item) => Object.assign(item, { expires_in: -1 })),
    found: ['answer-expires-in', 'answer-expires-in-remains'],
  },
  {
    name: 'mints for every request',
    spoil: granted((item) => Object.assign(item, { token_id: crypto.randomUUID() })),
    found: ['answer-cached', 'rejected-unknown', 'rejected-held'],
  },
  {
    name: 'shows the token in its id',
    spoil: granted((item) => Object.assign(item, { token_id: item.access_token })),
    found: ['answer-token-id', 'rejected-held'],
  },
  {
    name: 'puts spaces into tokens',
    spoil: granted((item) => Object.assign(item, { access_token: 'a b' })),
    found: ['answer-token'],
  },
  {
    name: 'ignores ttl',
    spoil: askedFor(({ tokens = [] }) => tokens.forEach((item) => delete item.ttl)),
    found: ['asking-ttl', 'asking-ttl-number'],
  },
  {
    name: 'ignores scope',
    spoil: askedFor(({ tokens = [] }) => tokens.forEach((item) => delete item.scope)),
    found: ['asking-scope-narrows', 'asking-scope-text'],
  },
  {
    name: 'ignores what a vault refused',
    spoil: askedFor(({ tokens = [] }) => tokens.forEach((item) => delete item.rejected)),
    found: ['rejected-held', 'rejected-group'],
  },
  {
    name: 'drops members that it does not know',
    spoil: askedFor((body) => {
      for (const part of [body, ...(body.tokens ?? [])]) delete part.conformance_extra
    }),
    found: ['asking-unknown-member'],
  },
  {
    name: 'answers the first 32 items',
    spoil: askedFor((body) => void (body.tokens = body.tokens?.slice(0, 32) ?? [])),
    found: ['asking-items'],
  },
  {
    name: 'numbers its answers',
    spoil: told(({ tokens = [] }) =>
      tokens.forEach((item, index) => (item.id = String(index + 1))),
    ),
    found: ['asking-twice', 'answer-group'],
  },
  {
    name: 'breaks on a body that is no JSON',
    spoil: answered((_, { status }, { url, headers }) => {
      const isOfTokens = url.endsWith('/tokens') && headers.get('X-Valet-Key') === '1'
      return isOfTokens && status === 400 ? 500 : undefined
    }),
    found: [
      'asking-items',
      'asking-json',
      'asking-unknown-member',
      'asking-id',
      'asking-audience',
      'asking-ttl-number',
      'asking-scope-text',
      'asking-context',
      'asking-background',
    ],
  },
  {
    name: 'has another session in every answer',
    spoil: told((body) => {
      if (body.session) body.session = crypto.randomUUID()
    }),
    found: ['answer-session'],
  },
  {
    name: 'has one session for all',
    spoil: told((body) => {
      if (body.session) body.session = 'all'
    }),
    found: ['answer-session-of-another'],
  },
  {
    name: 'leaves out a member of a group',
    spoil: told((body) => {
      if (body.groups) body.tokens?.pop()
    }),
    found: ['answer-group'],
  },
  {
    name: 'tells nobody the id of a request',
    spoil: told((body) => {
      delete body.request_id
    }),
    found: ['refuse-problem'],
  },
  {
    name: 'names no method that is allowed',
    spoil: answered((headers) => headers.delete('Allow')),
    found: ['refuse-method'],
  },
  {
    name: 'tells of its audiences without a login',
    spoil: told((body, { url }) =>
      url.endsWith('z') ? { ...body, audiences: 'cards '.repeat(20) } : body,
    ),
    found: ['route-health'],
  },
  ...ROUTE_MUTANTS,
]
