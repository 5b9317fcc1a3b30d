/** How often the broker is asked over time. */
import type { Figure } from './figure.ts'
import { DAY, longLife, mintsInAnHour } from './schedule.ts'

const RUNS = 20

export default async function figures(): Promise<Figure[]> {
  const mints: number[] = []
  for (let run = 0; run < RUNS; run += 1) mints.push(await mintsInAnHour())
  const average = mints.reduce((sum, one) => sum + one, 0) / RUNS
  const title = 'lifetime 60 s, used each 100 ms for an hour: mints'
  const long = [await longLife(30 * DAY), await longLife(3_650 * DAY)]
  return [
    { name: `${title}, the most of ${RUNS} runs`, value: Math.max(...mints), limit: 121, unit: '' },
    { name: `${title}, on average`, value: average, limit: 90, unit: '' },
    ...long.flatMap(({ longestMs, timers }, at) => {
      const name = `lifetime ${['30 d', '10 y'][at]}, kept fresh for a day`
      return [
        { name: `${name}: longest timer`, value: longestMs / 1_000, limit: 60, unit: 's' },
        { name: `${name}: timers an hour`, value: timers / 24, limit: 61, unit: '' },
      ]
    }),
  ]
}
