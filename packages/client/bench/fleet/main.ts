/** Runs the fleets, prints their figures; with `--write` puts table and picture into docs. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { figuresOf, meansOf } from './figures.ts'
import { playFleet } from './fleet.ts'
import { drawPicture, type Panel } from './picture.ts'
import { playRealFleet } from './real-fleet.ts'
import { type Calls, createWorld, type Plan, planOf, type World } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** The figures to reach. */
const STEADY_PEAK = 1.5
const OUTAGE_PEAK = 3
const RATE_TOLERANCE = 0.05

interface Case {
  readonly name: string
  readonly differs: Partial<Plan>
  /** Held to the figures, and drawn. */
  readonly isMain?: boolean
}

const CASES: readonly Case[] = [
  { name: '5 min, a token each', differs: { lifetimeMs: 5 * MINUTE_MS }, isMain: true },
  {
    name: '5 min, one shared token',
    differs: { lifetimeMs: 5 * MINUTE_MS, shared: true },
    isMain: true,
  },
  { name: '1 h, a token each', differs: { lifetimeMs: HOUR_MS }, isMain: true },
  { name: '1 h, one shared token', differs: { lifetimeMs: HOUR_MS, shared: true }, isMain: true },
  ...[15, 30, 45].map((laterS) => ({
    name: `5 min, shared, outage ${laterS} s later`,
    differs: laterBy(laterS * 1_000),
  })),
  {
    name: '5 min, shared, requests hang',
    differs: { lifetimeMs: 5 * MINUTE_MS, shared: true, hangs: true },
  },
]

const CONTRASTS: readonly Case[] = [5 * MINUTE_MS, HOUR_MS].map((lifetimeMs) => ({
  name: `${lifetimeMs === HOUR_MS ? '1 h' : '5 min'}, shared, fixed margin of 60 s`,
  differs: { lifetimeMs, shared: true, fixedMarginMs: MINUTE_MS },
}))

/** A shared token's turns make every moment of an outage another case. */
function laterBy(ms: number): Partial<Plan> {
  const plan = planOf({ clients: 0, lifetimeMs: 5 * MINUTE_MS, shared: true })
  return { ...plan, outageAtMs: plan.outageAtMs + ms, endMs: plan.endMs + ms }
}

interface Played {
  readonly name: string
  readonly world: World
  readonly calls: Calls
}

const clients = Number(process.argv.find((it) => it.startsWith('--clients='))?.slice(10) ?? 1e6)
const played = [...CASES, ...CONTRASTS].map((one) => play(one))
const table = tableOf(played)
console.log(table)
const real = await heldAgainstRealClients()
console.log(`\n${real}`)
if (process.argv.includes('--write')) write()
check()

function play({ name, differs }: Case): Played {
  const from = Date.now()
  const world = createWorld(planOf({ lifetimeMs: HOUR_MS, shared: false, ...differs, clients }))
  const calls = playFleet(world)
  console.error(`${name}: ${((Date.now() - from) / 1_000).toFixed(0)} s`)
  return { name, world, calls }
}

function tableOf(all: readonly Played[]): string {
  const rows = all.map(({ name, world, calls }) => {
    const figures = figuresOf(world)
    const { clients: size, callEveryMs, outageMs } = world.plan
    const inOutage = (size * outageMs) / callEveryMs
    const failed = (count: number) => `${((100 * count) / inOutage).toFixed(2)} %`
    return [
      name,
      figures.usual.toFixed(0),
      world.plan.fixedMarginMs ? '–' : figures.overExpected.toFixed(3),
      figures.steadyPeak.toFixed(2),
      figures.steadyPeakOfSixtieths.toFixed(2),
      figures.outagePeak.toFixed(2),
      failed(calls.failedWithinMargin),
      failed(calls.failedWithoutToken),
    ]
  })
  const heads = [
    `${clients.toLocaleString('en')} clients`,
    'requests/s',
    'over expected',
    'peak, 1 s',
    'peak, life/60',
    'peak, outage',
    'calls failed in the margin',
    'without a token',
  ]
  const lines = [heads, heads.map((_, at) => (at ? '--:' : '---')), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Small fleets of real clients, moment by moment the same? */
async function heldAgainstRealClients(): Promise<string> {
  const lines: string[] = []
  for (const { name, differs } of CASES.filter(({ isMain }) => isMain)) {
    const plan = planOf({ lifetimeMs: HOUR_MS, shared: false, ...differs, clients: 200 })
    const slower = { ...plan, callEveryMs: plan.lifetimeMs / 60 }
    const [simulated, actual] = [notedWorld(slower), notedWorld(slower)]
    const expected = playFleet(simulated.world)
    const calls = await playRealFleet(actual.world)
    const apartMs = actual.moments.flatMap((own, client) =>
      own.map((at, n) => Math.abs(at - (simulated.moments[client]?.[n] ?? 0))),
    )
    const [ours, theirs] = [simulated, actual].map(({ moments }) => moments.flat().length)
    const failed = ({ failedWithinMargin, failedWithoutToken }: Calls) =>
      `${failedWithinMargin + failedWithoutToken}`
    lines.push(
      `| ${name} | ${ours} | ${theirs} | ${Math.max(...apartMs).toFixed(0)} ms | ${failed(expected)} | ${failed(calls)} | ${calls.failedUsable} |`,
    )
  }
  const heads =
    '| 200 clients | requests, simulated | requests, real | most apart | failed calls, simulated | failed calls, real | of those with a usable token |'
  return [heads, `|---|${'--:|'.repeat(6)}`, ...lines].join('\n')
}

function notedWorld(plan: Plan): { world: World; moments: number[][] } {
  const world = createWorld(plan)
  const moments: number[][] = Array.from({ length: plan.clients }, () => [])
  const request: World['request'] = (client, now) => {
    moments[client]?.push(now)
    return world.request(client, now)
  }
  return { world: { ...world, request }, moments }
}

function panelOf({ name, world }: Played): Panel {
  const { lifetimeMs, outageAtMs, outageMs, fixedMarginMs } = world.plan
  const [lifetime, outage] = [lifetimeMs / 1_000, outageAtMs / 1_000]
  const [fromLives, toLives] = fixedMarginMs ? [-1.5, 0] : [-0.5, 1.5]
  const part = world.perSecond.subarray(outage + fromLives * lifetime, outage + toLives * lifetime)
  const { usual } = figuresOf(world)
  const limits = [
    { at: STEADY_PEAK, name: `${STEADY_PEAK}: most at rest` },
    { at: OUTAGE_PEAK, name: `${OUTAGE_PEAK}: most around an outage` },
  ]
  const isHour = lifetimeMs === HOUR_MS
  return {
    title: name,
    curve: meansOf(part, fixedMarginMs ? lifetime / 60 : lifetime / 300).map(
      (rate) => rate / usual,
    ),
    fromLives,
    toLives,
    outageLives: fixedMarginMs ? 0 : outageMs / lifetimeMs,
    top: fixedMarginMs ? 60 : 3.4,
    limits: fixedMarginMs ? [] : limits,
    timeUnit: isHour ? { perLife: 60, name: 'min' } : { perLife: 5, name: 'min' },
  }
}

function write(): void {
  const docs = (name: string) => fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url))
  const drawn = played.filter(
    ({ name }) =>
      CASES.some((one) => one.isMain && one.name === name) ||
      CONTRASTS.some((one) => one.name === name),
  )
  const heading = `Broker requests over the usual rate, ${clients.toLocaleString('en')} clients; the broker is away for 60 s (red)`
  writeFileSync(docs('images/fleet.svg'), drawPicture(heading, drawn.map(panelOf)))
  const page = docs('fleet.md')
  const text = readFileSync(page, 'utf8')
  const between = (mark: string, body: string) => (whole: string) =>
    whole.replace(
      new RegExp(`(<!-- ${mark} -->)[\\s\\S]*?(<!-- /${mark} -->)`),
      (_, start: string, end: string) => `${start}\n${body}\n${end}`,
    )
  writeFileSync(page, between('real', real)(between('figures', table)(text)))
}

/** Fails where a figure is missed. */
function check(): void {
  const missed = played
    .filter(({ name }) => CASES.some((one) => one.isMain && one.name === name))
    .filter(({ world }) => {
      const { overExpected, steadyPeak, outagePeak } = figuresOf(world)
      const isOff = Math.abs(overExpected - 1) > RATE_TOLERANCE
      return isOff || steadyPeak > STEADY_PEAK || outagePeak > OUTAGE_PEAK
    })
  for (const { name } of missed) console.error(`misses its figures: ${name}`)
  if (missed.length > 0) process.exitCode = 1
}
