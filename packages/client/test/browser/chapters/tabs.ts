/** Many tabs of one app. */
import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { createStage } from '../stage.ts'
import { freeze, resetsIn, signedInTab, statusOf, until, valueIn, wake } from '../tab.ts'

const TABS = 6

describe('six tabs opened at once, as when a browser restores them', () => {
  it('cost one mint for each token and one broker request for each tab at most', async (test) => {
    const { house, open } = await createStage(test)
    const statuses = await Promise.all(
      Array.from({ length: TABS }, async () => {
        const page = await open()
        return page.evaluate(async () => {
          const [nodes] = await Promise.all([
            client.prepare('records'),
            client.getToken('cards'),
            client.getToken('notes'),
          ])
          const calls = nodes.map(({ audience }) =>
            client.fetchFor(audience as `records/${string}`)('/api/v1/schemas'),
          )
          const answers = await Promise.all([client.fetchFor('cards')('/'), ...calls])
          return answers.map(({ status }) => status)
        })
      }),
    )
    expect(statuses).toEqual(Array.from({ length: TABS }, () => [200, 200, 200, 200]))
    expect(house.brokerRequests()).toBeLessThanOrEqual(TABS)
    const nodes = house.mints.filter((audience) => audience.startsWith('records/'))
    expect(house.mints.length).toBe(2 + nodes.length)
    expect(new Set(house.mints).size).toBe(house.mints.length)
    expect(nodes.length).toBe(3)
  })
})

const ways = [
  { way: 'a message, where storage throws', before: breakStorage },
  { way: 'storage, where there are no channels', before: removeChannels },
]

describe('a change of user in one tab', () => {
  it.for(ways)('resets the others by $way', async ({ before }, test) => {
    const { open, signIn } = await createStage(test)
    const openSo = () => open({ before })
    const [one, two] = [await signedInTab(openSo, 'ada'), await signedInTab(openSo, 'ada')]
    const former = await valueIn(two)
    await signIn('bob')
    await one.evaluate(() => client.reset('bob'))
    await until(async () => expect(await resetsIn(two)).toContain('tab'))
    expect(await statusOf(two)).toMatchObject({ status: 'idle', generation: 0 })
    expect(await valueIn(two)).not.toBe(former)
  })

  it('is heard by a frozen tab, when it wakes at the latest', async (test) => {
    const { open, signIn } = await createStage(test)
    const [one, two] = [await signedInTab(open, 'ada'), await signedInTab(open, 'ada')]
    const former = await valueIn(two)
    await freeze(two)
    await signIn('bob')
    await one.evaluate(() => client.reset('bob'))
    await wake(two)
    await until(async () => expect(await resetsIn(two)).toContain('tab'))
    expect(await valueIn(two)).not.toBe(former)
  })

  it('is no change to a tab in which this user is signed in already', async (test) => {
    const { house, open } = await createStage(test)
    const [one, two] = [await signedInTab(open, 'ada'), await signedInTab(open, 'ada')]
    const [before, resets] = [await valueIn(one), await resetsIn(one)]
    // As a tab does that has just been opened, or sees the same user sign in once more.
    const third = await signedInTab(open, 'ada')
    await one.evaluate(() => client.getToken('notes'))
    // The next message on the same channel: when it has come, so has the one before.
    await third.evaluate(() => client.invalidate('notes'))
    await until(async () => expect(await generationOfNotes(one)).toBe(2))
    expect(await resetsIn(one)).toEqual(resets)
    expect(await valueIn(one)).toBe(before)
    expect(await statusOf(two)).toMatchObject({ status: 'ready', generation: 1 })
    expect(house.mints.filter((audience) => audience === 'cards')).toEqual(['cards'])
  })
})

/** As in some private windows. */
function breakStorage(): void {
  Object.defineProperty(globalThis, 'localStorage', {
    get() {
      throw new DOMException('Access is denied', 'SecurityError')
    },
  })
}

function removeChannels(): void {
  Reflect.deleteProperty(globalThis, 'BroadcastChannel')
}

function generationOfNotes(page: Page): Promise<number> {
  return page.evaluate(async () => {
    await client.getToken('notes')
    return client.status('notes').generation
  })
}
