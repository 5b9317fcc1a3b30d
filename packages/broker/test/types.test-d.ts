import { expectTypeOf, it } from 'vitest'
import {
  allow,
  type AudienceConfig,
  type Broker,
  createBroker,
  type Minter,
  type Principal,
  type ProxyRule,
} from '../src/index.ts'
import { createTestGroup, createTestMinter } from '../src/testing/index.ts'

/** As packages/client reads a broker's type. */
interface BrokerShape {
  readonly '~audiences'?: Readonly<Record<string, 'audience' | 'group'>>
}
type Kinds<B extends BrokerShape> = NonNullable<B['~audiences']>

interface User extends Principal {
  roles: string[]
}
declare function getUser(request: Request): Promise<User | null>

it('tells a client which names are audiences and which are groups', () => {
  const broker = createBroker({
    audiences: {
      cards: createTestMinter(),
      records: createTestGroup(['a']),
      wrapped: { minter: createTestGroup(['a']), allowFullAuthority: true },
      narrowed: { minter: createTestMinter(), scopes: ['read'], maxLifetimeMs: 60_000 },
    },
    authenticate: (request) => getUser(request),
    authorize: (user, { audience }) => user.roles.includes(audience),
  })

  expectTypeOf(broker).toExtend<BrokerShape>()
  expectTypeOf<Kinds<typeof broker>>().toEqualTypeOf<{
    readonly cards: 'audience'
    readonly records: 'group'
    readonly wrapped: 'group'
    readonly narrowed: 'audience'
  }>()
})

it('gives authorize the user that authenticate returns', () => {
  createBroker({
    audiences: { cards: createTestMinter() },
    authenticate: (request) => getUser(request),
    authorize: (user) => {
      expectTypeOf(user).toEqualTypeOf<User>()
      return true
    },
  })
})

it('asks for both rules unless insecureDev stands in for them', () => {
  const audiences = { cards: createTestMinter() }
  expectTypeOf(createBroker({ audiences, insecureDev: true })).toExtend<Broker>()
  // @ts-expect-error authenticate and authorize are missing
  createBroker({ audiences })
  // @ts-expect-error authorize is missing
  createBroker({ audiences, authenticate: () => null })
})

it('refuses a user without subject or login, and a misspelt option', () => {
  const audiences = { cards: createTestMinter() }
  const authorize = () => true
  // @ts-expect-error login is missing
  createBroker({ audiences, authorize, authenticate: () => ({ subject: 'ada' }) })
  // @ts-expect-error basepath is not an option
  createBroker({ audiences, authorize, authenticate: () => null, basepath: '/tokens' })
  expectTypeOf<{ subject: string }>().not.toExtend<Principal>()
})

it('takes a broker of any audiences where the names do not matter', () => {
  expectTypeOf<Broker<{ cards: Minter }>>().toExtend<Broker>()
  expectTypeOf<Broker<{ cards: AudienceConfig }>>().toExtend<Broker>()
})

it('knows the methods and the paths that a rule may have', () => {
  expectTypeOf(allow('POST', '/v1/vaults/:vault/detokenize')).toEqualTypeOf<ProxyRule>()
  // @ts-expect-error a path starts with a slash
  allow('GET', 'v1')
  // @ts-expect-error preflights are the broker's own
  allow('OPTIONS', '/v1')
})
