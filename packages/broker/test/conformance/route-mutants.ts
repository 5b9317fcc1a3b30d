/** Brokers with one fault in a route beside tokens: the proxy, operations, revocation. */
import { answered, type Mutant, told } from './mutant.ts'

export const ROUTE_MUTANTS: readonly Mutant[] = [
  {
    name: 'hands out the token that the proxy was to keep',
    spoil: told(({ tokens = [] }) =>
      tokens.forEach((item) => {
        if (item.delivery === 'proxy') item.access_token = 'kept'
      }),
    ),
    found: ['proxied-item'],
  },
  {
    name: 'takes a vault for itself',
    spoil: answered((headers) => headers.set('X-Valet-Key', '1')),
    found: ['proxied-call'],
  },
  {
    name: 'cleans up paths',
    spoil: (fetch) => (request) => {
      const url = request.url.replace(/(proxy\/kept\/).*[%;/].*$/, '$1v1/cards/7')
      return fetch(new Request(url, request))
    },
    found: ['proxied-rules', 'proxied-paths'],
  },
  {
    name: 'carries out operations on anything',
    spoil: (fetch) => (request) => {
      if (!request.url.includes('/x/')) return fetch(request)
      const { url, method, headers } = request
      return fetch(new Request(url, { method, headers, body: '{}' }))
    },
    found: ['operation-body'],
  },
  {
    name: 'tells which operations there are',
    spoil: told((body, { url }) => {
      if (url.includes('no-such')) body.error_description = 'There is no such operation'
    }),
    found: ['operation-unknown'],
  },
  {
    name: 'hands out what an operation made after its end',
    spoil: told((body) => {
      if (body.result) body.expires_in = 0
    }),
    found: ['operation-answer'],
  },
  {
    name: 'revokes nothing',
    spoil: (fetch) => async (request) => {
      const isRevocation = request.url.endsWith('/revoke') && request.headers.has('Cookie')
      if (!isRevocation || !request.body || request.headers.has('Origin')) return fetch(request)
      const text = await request.clone().text()
      if (text !== '{}' || request.headers.get('Sec-Fetch-Site') !== 'same-origin')
        return fetch(request)
      const probe = await fetch(new Request(request.url.replace('revoke', 'healthz')))
      return new Response(null, { status: 204, headers: probe.headers })
    },
    found: ['route-revoke'],
  },
]
