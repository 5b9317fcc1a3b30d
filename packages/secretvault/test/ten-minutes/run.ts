/** The ten minutes: a random fault every second, a write and a read all the while. */
import type { Fault } from '@valetkey/sandbox'
import { expect } from 'vitest'
import { LOGIN_SCHEMA } from '../setup.ts'
import type { TimedHouse } from './house.ts'
import type { Counts, Found, VaultPage } from './vault-page.ts'

const PAUSE_SECONDS = 10
const REPAIR_TRIES = 60

/** Those that a call outlives; with the others a read names the node, and gives what needs no share of it. */
const OUTLIVED: readonly Fault[] = [
  {},
  { status: 401, times: 1 },
  { status: 401, when: 'after', times: 1 },
  { status: 503, times: 1 },
  { delayMs: 50 },
  { delayMs: 50, when: 'after' },
]
const FAILING: readonly Fault[] = [
  { status: 500, times: 1 },
  { status: 500, when: 'after', times: 1 },
  { drop: true, times: 1 },
  { drop: true, when: 'after', times: 1 },
  { body: 'truncated', when: 'after', times: 1 },
  { down: true },
]
const FAULTS = [...OUTLIVED, ...FAILING]

export interface TimedRun {
  house: Pick<TimedHouse, 'sandbox' | 'clock'>
  page: VaultPage
  /** Lets manual time go on everywhere. */
  readonly advance: (ms: number) => Promise<void>
  seconds: number
  seed: number
}

/** What happened, in a line; fails where a record was lost, an expired token sent, a read left unanswered. */
export async function runTimed({ house, page, advance, seconds, seed }: TimedRun): Promise<string> {
  const { sandbox } = house
  const random = draws(seed)
  const setClocks = () => setNodeClocks(house)
  setClocks()
  const schema = await page.createSchema(LOGIN_SCHEMA)
  const kept: string[] = []
  const refusedAt = new Map<unknown, number>()
  const problems: string[] = []
  const tally = { writes: 0, undone: 0, incomplete: 0, reads: 0, whole: 0 }

  for (let second = 0; second < seconds; second += 1) {
    await advance(1_000)
    setClocks()
    const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? {}
    const node = sandbox.nodes[Math.floor(random() * 3)]
    const duringWrite = random() < 0.5
    // A token that is refused right after another is renewed only after a pause: the client's own rule.
    const refusedLately = second - (refusedAt.get(node) ?? -PAUSE_SECONDS) < PAUSE_SECONDS
    if (fault.status === 401) refusedAt.set(node, second)
    const outlived = OUTLIVED.includes(fault) && !(fault.status === 401 && refusedLately)
    const strike = (now: boolean) => {
      if (now && Object.keys(fault).length > 0) node?.fault(fault)
    }
    strike(duringWrite)
    const service = `s${second}`
    const end = await page.write(schema, service)
    if (end === 'kept') kept.push(service)
    else tally[end] += 1
    tally.writes += 1

    setClocks()
    strike(!duringWrite)
    const wanted = kept[Math.floor(random() * kept.length)]
    if (wanted === undefined) continue
    const found = await page.find(schema, { service: wanted })
    tally.reads += 1
    const isOwed = duringWrite || outlived
    if (!isAnswered(found, wanted) || (isOwed && found.records.length === 0))
      problems.push(`second ${second}, ${JSON.stringify(fault)}`)
    tally.whole += found.records.length
  }

  setClocks()
  for (let left = tally.incomplete, tries = REPAIR_TRIES; left > 0 && tries > 0; tries -= 1) {
    if (await page.repairNext()) left -= 1
    else await advance(500)
  }
  const { records, incomplete } = await page.find(schema, {})
  const counts = await page.counts()
  expect(problems).toEqual([])
  expect(incomplete).toBe(0)
  expect(records.map((record) => record.service).toSorted()).toEqual(kept.toSorted())
  expect(counts.expired).toBe(0)
  return lineOf(seconds, { ...tally, ...counts, kept: kept.length })
}

function isAnswered({ records: [record], incomplete, missing }: Found, wanted: string): boolean {
  if (record) return record.password === `secret of ${wanted}`
  return incomplete === 1 && missing === 1
}

function setNodeClocks({ sandbox, clock }: TimedRun['house']): void {
  for (const node of sandbox.nodes) {
    node.clearFaults()
    node.fault({ clockOffsetMs: clock.wall() - Date.now() })
  }
}

type Tally = Counts &
  Record<'writes' | 'kept' | 'undone' | 'incomplete' | 'reads' | 'whole', number>

function lineOf(seconds: number, tally: Tally): string {
  const { writes, kept, undone, incomplete, reads, whole, sent, expired } = tally
  return (
    `${seconds} s, ${writes} writes: ${kept} kept and found, ${undone} undone, ${incomplete} repaired, ` +
    `0 lost; ${reads} reads answered, ${whole} whole; ${sent} tokens sent, ${expired} expired`
  )
}

/** Numbers in [0, 1), the same in every run. */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
