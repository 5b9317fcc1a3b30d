import { createBroker, type Minter } from '@valetkey/broker'
import { describe, expectTypeOf, it } from 'vitest'
import {
  type AccessToken,
  type AudienceName,
  type BrokerShape,
  createTokenClient,
  type GroupName,
  isTokenError,
  type TokenErrorCode,
  type TokenEventMap,
} from '../src/index.ts'

/** What `typeof broker` shows of a broker with one audience and one group. */
interface Shape {
  readonly '~audiences'?: { readonly cards: 'audience'; readonly records: 'group' }
}

const client = createTokenClient<Shape>('/api/broker')

describe('audience names', () => {
  it('are those of the broker, and members of its groups', () => {
    expectTypeOf<AudienceName<Shape>>().toEqualTypeOf<'cards' | `records/${string}`>()
    expectTypeOf<GroupName<Shape>>().toEqualTypeOf<'records'>()
    void client.getToken('cards')
    void client.getToken('records/node-a')
    void client.getTokens('records')
    void client.getTokens(['cards', 'records/node-a'])
    client.status('records')
    client.keepFresh('cards')
  })

  it('are refused where they are misspelt, or of the wrong kind', () => {
    expectTypeOf<'card' | 'records'>().not.toExtend<AudienceName<Shape>>()
    // @ts-expect-error no such audience
    void client.getToken('card')
    // @ts-expect-error a group has no token of its own
    void client.getToken('records')
    // @ts-expect-error a group is fetched by its members
    client.fetchFor('records')
    // @ts-expect-error no such audience
    client.status('notes')
    // @ts-expect-error an audience is no group
    void client.getTokens('cards')
  })

  it('come from the type of a real broker', () => {
    const minter = {} as Minter
    const broker = createBroker({
      audiences: { cards: minter },
      authenticate: () => null,
      authorize: () => false,
    })
    const typed = createTokenClient<typeof broker>('/api/broker')
    expectTypeOf(typed.getToken('cards')).resolves.toEqualTypeOf<AccessToken>()
    // @ts-expect-error no such audience
    void typed.getToken('notes')
  })

  it('are any text where nothing is known of the broker', () => {
    expectTypeOf<AudienceName<BrokerShape>>().toBeString()
    void createTokenClient('/api/broker').getToken('anything')
  })
})

describe('what comes back', () => {
  it('is a token, an event of the kind listened to, an error of known codes', () => {
    expectTypeOf(client.getToken('cards')).resolves.toEqualTypeOf<AccessToken>()
    client.on('refreshed', (event) =>
      expectTypeOf(event).toEqualTypeOf<TokenEventMap['refreshed']>(),
    )
    client.on('*', (event) => expectTypeOf(event.type).toEqualTypeOf<keyof TokenEventMap>())
    const error: unknown = undefined
    if (isTokenError(error)) expectTypeOf(error.code).toEqualTypeOf<TokenErrorCode>()
    expectTypeOf(client.fetchFor('cards')).toEqualTypeOf<typeof fetch>()
  })
})
