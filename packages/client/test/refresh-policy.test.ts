import { describe, expect, it } from 'vitest'
import { codeOf, SECOND, stage } from './stage.ts'

describe('the figures', () => {
  it('a token of five minutes serves until 10 s before its end, where there is no other', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    broker.unreachable(true)
    await clock.advance(289_900)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    await clock.advance(200)
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
  })

  it.each([
    ['30 s', 60, 30],
    ['three tenths of the life', 3_600, 1_080],
  ])('a key that was refused again rests for %s', async (_, lifetimeSeconds, seconds) => {
    const { client, broker, vault, clock } = stage({}, { lifetimeSeconds })
    vault.refuseEverything(true)
    const call = client.fetchFor('cards')
    await call('/x')
    expect(broker.mints()).toBe(2)
    await clock.advance((seconds - 1) * SECOND)
    const before = broker.mints()
    await call('/x')
    expect(broker.mints()).toBe(before)
    await clock.advance(2 * SECOND)
    await call('/x')
    expect(broker.mints()).toBe(before + 1)
  })

  it.each([
    ['less than ten minutes', 1_930, 2],
    ['more than ten minutes', 1_910, 1],
  ])('a token used %s before it is due is refreshed or not', async (_, usedSeconds, requests) => {
    // Due at 70 % of an hour, which is 2,520 s.
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 3_600 })
    await client.getToken('cards')
    await clock.advance(usedSeconds * SECOND)
    await client.getToken('cards')
    await clock.advance(1_500 * SECOND)
    expect(broker.requests()).toHaveLength(requests)
  })

  it('a lost login is remembered for 3 s', async () => {
    const { client, broker, clock } = stage()
    broker.failNext({ error: 'invalid_session', status: 401 })
    await codeOf(client.getToken('cards'))
    await clock.advance(2_900)
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_session')
    await clock.advance(200)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it.each([
    ['within a tenth of the life', 0.7, ['cards', 'mail']],
    ['not so soon', 0.7 - 0.2, ['cards']],
  ])('what is due %s goes along, or does not', async (_, draw, asked) => {
    // Due at 50 % of the life; the other at 58 % and at 66 %.
    const draws = [1, draw + 0.1]
    const { client, broker, clock } = stage({ random: () => draws.shift() ?? 0.5 })
    await Promise.all([client.getToken('cards'), client.getToken('mail')])
    await clock.advance(155 * SECOND)
    expect(broker.requests()[1]?.tokens.map(({ audience }) => audience)).toEqual(asked)
  })

  it('a token that lives for 3 s is refreshed in the background, one for less is not', async () => {
    for (const [seconds, requests] of [
      [3, 2],
      [2.9, 1],
    ] as const) {
      const { client, broker, clock } = stage({}, { lifetimeSeconds: seconds })
      client.keepFresh('cards')
      await clock.advance(2_500)
      expect(broker.requests()).toHaveLength(requests)
    }
  })
})
