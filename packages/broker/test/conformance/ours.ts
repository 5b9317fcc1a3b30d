/** Our broker with everything that the conformance suite asks for. */
import { allow, createBroker, type Operation } from '@valetkey/broker'
import type { ConformanceOptions } from '@valetkey/broker/conformance'
import { createTestGroup, createTestMinter } from '@valetkey/broker/testing'

const LOGINS: Readonly<Record<string, string>> = { 'canary-ada-1': 'ada', 'canary-bob-1': 'bob' }
export const LISTED = 'https://other.test'

/** The vault behind the proxied audience. */
const vault: typeof fetch = async () =>
  new Response('{"card":7}', {
    headers: { 'Content-Type': 'application/json', 'Set-Cookie': 'vault=1', 'X-Valet-Key': '1' },
  })

const echo: Operation = {
  prepare: (input) => async () => ({ result: { input }, expiresAt: Date.now() + 10_000 }),
}

export function createOurs(isBearer = false): {
  broker: { fetch: (request: Request) => Promise<Response> }
  options: Omit<ConformanceOptions, 'fetch'>
} {
  const broker = createBroker({
    audiences: {
      cards: { minter: { ...createTestMinter(), operations: { echo } }, scopes: ['read', 'write'] },
      payroll: createTestMinter(),
      records: createTestGroup(['a', 'b', 'c']),
      kept: {
        minter: createTestMinter(),
        delivery: 'proxy',
        resource: 'https://vault.test/',
        allow: [allow('GET', '/v1/cards/:card')],
      },
    },
    origins: [LISTED],
    authenticate(request) {
      const header = request.headers.get(isBearer ? 'Authorization' : 'Cookie') ?? ''
      const login = header.replace(/^(Bearer |session=)/, '')
      const subject = Object.hasOwn(LOGINS, login) ? LOGINS[login] : undefined
      return subject === undefined ? null : { subject, login }
    },
    authorize: (_, { audience }) => audience !== 'payroll',
    fetch: vault,
    logger: { info() {}, warn() {}, error() {} },
  })
  const header = (login: string): Record<string, string> =>
    isBearer ? { Authorization: `Bearer ${login}` } : { Cookie: `session=${login}` }
  return {
    broker,
    options: {
      baseUrl: 'https://app.test/api/broker',
      login: () => header('canary-ada-1'),
      otherLogin: () => header('canary-bob-1'),
      profile: {
        granted: 'cards',
        forbidden: 'payroll',
        group: 'records',
        proxied: { audience: 'kept', path: '/v1/cards/7' },
        operation: { audience: 'cards', name: 'echo', body: { card: 7 } },
        refusable: 'cards',
        scoped: { audience: 'cards', scope: 'read' },
        origin: LISTED,
      },
    },
  }
}
