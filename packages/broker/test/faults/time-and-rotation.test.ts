import { describe, expect, it } from 'vitest'
import { createTestMinter } from '../../src/testing/index.ts'
import { ask, askOne, createApp, createManualClock, until } from '../harness.ts'

const HOUR_MS = 3_600_000

describe("the broker's clock", () => {
  it.each([-24 * HOUR_MS, -HOUR_MS, HOUR_MS, 24 * HOUR_MS])(
    'that jumps by %i ms hands out no token beyond its end, and recovers at once',
    async (jumpMs) => {
      const clock = createManualClock()
      const { broker } = createApp({ clock })
      await ask(broker, 'cards')
      clock.advance(jumpMs)
      const { access_token, expires_in } = await askOne(broker, 'cards')
      expect(access_token).toBeDefined()
      expect(expires_in).toBeGreaterThan(0)
      expect(expires_in).toBeLessThanOrEqual(300)
    },
  )

  it('that jumps while a token is minted hands out none that has ended', async () => {
    const { broker, minter, clock } = createApp({ timeoutMs: 10 * HOUR_MS })
    const release = minter.hold()
    const asked = ask(broker, 'cards')
    await until(() => minter.requests.length === 1)
    clock.advance(HOUR_MS)
    release()
    const { tokens } = await asked
    expect(tokens[0]?.access_token).toBeUndefined()
    // A failed mint is remembered for a second.
    clock.advance(1_000)
    expect((await askOne(broker, 'cards')).access_token).toBeDefined()
  })
})

describe('a credential that changes under load', () => {
  it('fails none of 600 requests, and no token of the former is given afterwards', async () => {
    const clock = createManualClock()
    let version = 1
    const plain = createTestMinter({ clock })
    plain.alter((token) => ({ ...token, value: `v${version}.${token.value}` }))
    const minter = { ...plain, credentialVersion: () => String(version) }
    const { broker } = createApp({ clock, audiences: { cards: minter } })
    const statuses: number[] = []
    const load = async (): Promise<string[]> => {
      const answers = await Promise.all(Array.from({ length: 200 }, () => ask(broker, 'cards')))
      statuses.push(...answers.map(({ status }) => status))
      return answers.map(({ tokens }) => tokens[0]?.access_token ?? '')
    }
    await load()
    const during = load()
    version = 2
    await during
    const after = await load()
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(after.filter((token) => !token.startsWith('v2.'))).toEqual([])
  })
})
