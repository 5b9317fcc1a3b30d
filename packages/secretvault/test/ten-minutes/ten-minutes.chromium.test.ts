/** Ten minutes of manual time in a Chromium; a few seconds where it is not the nightly run. */
import type { Page } from 'puppeteer-core'
import { afterAll, describe, expect, it } from 'vitest'
import type { Era } from '../../src/index.ts'
import { openServedPage } from '../served-page.ts'
import { openTimedHouse } from './house.ts'
import type {} from './page.ts'
import { runTimed } from './run.ts'
import type { VaultPage } from './vault-page.ts'

const isNightly = Boolean(process.env.VALETKEY_NIGHTLY)
const SECONDS = isNightly ? 600 : 8
const ERAS: readonly [Era, number][] = isNightly
  ? [
      ['seed', 20],
      ['today', 21],
    ]
  : [['seed', 20]]

const lines: string[] = []
afterAll(() => console.info(lines.join('\n')))

/** The page in the browser, called from here. */
function remote(page: Page): VaultPage {
  return {
    createSchema: (...given) =>
      page.evaluate((it) => globalThis.vaultPage.createSchema(...it), given),
    write: (...given) => page.evaluate((it) => globalThis.vaultPage.write(...it), given),
    find: (...given) => page.evaluate((it) => globalThis.vaultPage.find(...it), given),
    repairNext: () => page.evaluate(() => globalThis.vaultPage.repairNext()),
    counts: () => page.evaluate(() => globalThis.vaultPage.counts()),
  }
}

describe('a page in Chromium, with tokens of 20 s and a random fault a second', {
  concurrent: false,
}, () => {
  it.each(ERAS)(
    'loses no record, sends no expired token, answers each read that can be, era %s',
    async (era, seed) => {
      const house = await openTimedHouse(era)
      const { clock, broker } = house
      const page = await openServedPage(broker, new URL('page.ts', import.meta.url))
      await page.exposeFunction('moveTime', (ms: number) => clock.advance(ms))
      await page.evaluate((startMs) => globalThis.openTenMinutes(startMs), clock.wall())
      const advance = (ms: number) => page.evaluate((it) => globalThis.advance(it), ms)
      const run = { house, page: remote(page), advance, seconds: SECONDS, seed }
      const line = await runTimed(run)
      lines.push(`${era}: ${line}`)
      expect(line).toContain(`${SECONDS} writes`)
    },
    1_800_000,
  )
})
