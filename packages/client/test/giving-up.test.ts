import { describe, expect, it } from 'vitest'
import { codeOf, SECOND, stage } from './stage.ts'

describe('giving a token up', () => {
  it('asks for another after invalidate, and tells the broker which', async () => {
    const { client, broker } = stage()
    await client.getToken('cards')
    client.invalidate('cards')
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
    expect(broker.requests()[1]?.tokens[0]).toMatchObject({ rejected: 'id-1' })
  })

  it('forces at most one mint of a key in 10 s', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    for (let n = 0; n < 9; n += 1) {
      client.invalidate('cards')
      await client.getToken('cards')
      await clock.advance(SECOND)
    }
    expect(broker.requests()).toHaveLength(2)
  })

  it('rejects a caller whose refused token the broker stands by', async () => {
    const { client, broker } = stage()
    const refused = await client.getToken('cards')
    broker.stickToToken(true)
    expect(await codeOf(client.getToken('cards', { rejected: refused }))).toBe('token_rejected')
  })

  it('answers a newer token at once to a caller whose refused token is old', async () => {
    const { client, broker } = stage()
    const refused = await client.getToken('cards')
    client.invalidate('cards')
    const newer = await client.getToken('cards')
    expect((await client.getToken('cards', { rejected: refused })).value).toBe(newer.value)
    expect(broker.requests()).toHaveLength(2)
  })
})
