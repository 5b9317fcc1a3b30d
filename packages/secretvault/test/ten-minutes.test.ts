/** A page in manual time: tokens of 20 seconds, a random fault every second, a write and a read all the while. */
import { createBroker } from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient } from '@valetkey/client'
import { createManualClock, type ManualClock } from '@valetkey/client/testing'
import { type Fault, type Sandbox, startSandbox } from '@valetkey/sandbox'
import { afterAll, expect, it, onTestFinished, vi } from 'vitest'
import { createSecretVault, type Era, isVaultError, type SecretVault } from '../src/index.ts'
import { secretvault } from '../src/minter/index.ts'
import { builderOf, nucMinter } from './nuc-minter.ts'
import { createLogins, type Login } from './setup.ts'

/** Ten minutes and both eras in the nightly run. */
const isNightly = Boolean(process.env.VALETKEY_NIGHTLY)
const SECONDS = isNightly ? 600 : 12
const ERAS: readonly Era[] = isNightly ? ['seed', 'today'] : ['today']
const LIFETIME_MS = 20_000
const SETTLE_MS = 3_000
const PAUSE_SECONDS = 10

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

interface Page {
  sandbox: Sandbox
  clock: ManualClock
  vault: SecretVault
  /** Tokens that were sent to a node after their end. */
  expired(): number
  sent(): number
}

/** Manual time for browser and broker; the nodes' clocks are set after it. */
async function openPage(era: Era): Promise<Page> {
  const sandbox = await startSandbox({ strict: true })
  onTestFinished(() => sandbox.close())
  const clock = createManualClock(Math.floor(Date.now() / 1_000) * 1_000)
  const now = { now: () => clock.wall() }
  const { secretvault: cluster } = sandbox
  const minting = { lifetimeMs: LIFETIME_MS, clock: now }
  const records =
    era === 'seed'
      ? secretvault({ cluster, allowFullAuthority: true, ...minting })
      : nucMinter(sandbox, { signer: builderOf(sandbox), ...minting })
  const broker = createBroker({
    audiences: { records },
    authenticate: () => ({ subject: 'ada', login: 'session' }),
    authorize: () => true,
    logger: { info() {}, warn() {}, error() {} },
    clock: now,
  })
  const served = await serveBroker(broker)
  onTestFinished(() => served.close())
  let [expired, sent] = [0, 0]
  const client = createTokenClient<typeof broker>(served.url, {
    clock,
    headers: () => ({ authorization: 'Bearer session' }),
    fetch(input, init) {
      const request = new Request(input, init)
      if (!request.url.startsWith(served.url)) {
        sent += 1
        if (endOf(request) <= clock.wall()) expired += 1
      }
      return fetch(input, init)
    },
  })
  onTestFinished(() => client.dispose())
  const vault = createSecretVault({
    client,
    audience: 'records',
    deadlineMs: 5_000,
    writeDeadlineMs: 5_000,
    settleMs: SETTLE_MS,
  })
  return { sandbox, clock, vault, expired: () => expired, sent: () => sent }
}

/** Epoch milliseconds at which the token of a request ends. */
function endOf(request: Request): number {
  const [, payload = ''] = request.headers.get('authorization')?.split('.') ?? []
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).exp * 1_000
}

const STEP_MS = 100

/** Lets manual time go on for as long as a call takes, or waits for. */
async function during<T>(clock: ManualClock, call: Promise<T>): Promise<T> {
  const done = call.then(
    () => true,
    () => true,
  )
  const step = () => new Promise<false>((resolve) => setTimeout(resolve, STEP_MS, false))
  while (!(await Promise.race([done, step()]))) await clock.advance(STEP_MS)
  return call
}

/** Numbers in [0, 1), the same in every run. */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const lines: string[] = []
afterAll(() => console.info(lines.join('\n')))

it.each(ERAS)(
  'no record is lost, no expired token sent, no read left unanswered, era %s',
  async (era) => {
    const { sandbox, clock, vault, ...counts } = await openPage(era)
    const random = draws(era === 'seed' ? 20 : 21)
    const setClocks = () => {
      for (const node of sandbox.nodes) {
        node.clearFaults()
        node.fault({ clockOffsetMs: clock.wall() - Date.now() })
      }
    }
    setClocks()
    const schema = await createLogins({ vault } as Parameters<typeof createLogins>[0])
    const kept: string[] = []
    const refusedAt = new Map<unknown, number>()
    const repairs: (() => Promise<void>)[] = []
    const problems: string[] = []
    const tally = { writes: 0, undone: 0, repaired: 0, reads: 0, whole: 0 }

    for (let second = 0; second < SECONDS; second += 1) {
      await clock.advance(1_000)
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
      const writing = vault
        .create<Login>(schema, [{ service, password: { '%allot': `secret of ${service}` } }])
        .then(
          () => void kept.push(service),
          (error: unknown) => {
            if (!isVaultError(error)) throw error
            if (error.repair) repairs.push(error.repair)
            else if (error.code !== 'write_failed') throw error
          },
        )
      await during(clock, writing)
      tally.writes += 1

      setClocks()
      strike(!duringWrite)
      const wanted = kept[Math.floor(random() * kept.length)]
      if (wanted === undefined) continue
      const found = await during(clock, vault.find<Login>(schema, { service: wanted }))
      tally.reads += 1
      const [record] = found.records
      const isAnswered = record
        ? record.password === `secret of ${wanted}`
        : found.incomplete.length === 1 && found.missing.length === 1
      const isOwed = duringWrite || outlived
      if (!isAnswered || (isOwed && !record))
        problems.push(`second ${second}, ${JSON.stringify(fault)}`)
      tally.whole += found.records.length
    }

    setClocks()
    tally.undone = tally.writes - kept.length - repairs.length
    for (const repair of repairs) {
      await during(clock, vi.waitFor(repair, { timeout: 20_000, interval: 500 }))
      tally.repaired += 1
    }
    const { records, incomplete } = await during(clock, vault.find<Login>(schema))
    expect(problems).toEqual([])
    expect(incomplete).toEqual([])
    expect(records.map(({ service }) => service).toSorted()).toEqual(kept.toSorted())
    expect(counts.expired()).toBe(0)
    lines.push(
      `${era}: ${SECONDS} s, ${tally.writes} writes: ${kept.length} kept and found, ${tally.undone} undone, ` +
        `${tally.repaired} repaired, 0 lost; ${tally.reads} reads answered, ${tally.whole} whole; ` +
        `${counts.sent()} tokens sent, ${counts.expired()} expired`,
    )
  },
  1_800_000,
)
