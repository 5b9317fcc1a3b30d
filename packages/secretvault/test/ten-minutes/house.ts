/** Three nodes and a broker on manual time, with tokens of 20 seconds. */
import { type Broker, createBroker, type GroupMinter } from '@valetkey/broker'
import { createManualClock, type ManualClock } from '@valetkey/client/testing'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import { onTestFinished } from 'vitest'
import type { Era } from '../../src/index.ts'
import { secretvault } from '../../src/minter/index.ts'
import { builderOf, nucMinter } from '../nuc-minter.ts'

const LIFETIME_MS = 20_000

export interface TimedHouse {
  sandbox: Sandbox
  /** The broker's; the nodes' clocks are set after it. */
  clock: ManualClock
  broker: Broker<{ records: GroupMinter }>
}

/** Closes with the test. */
export async function openTimedHouse(era: Era): Promise<TimedHouse> {
  const sandbox = await startSandbox({ strict: true })
  onTestFinished(() => sandbox.close())
  const clock = createManualClock(Math.floor(Date.now() / 1_000) * 1_000)
  const now = { now: () => clock.wall() }
  const { secretvault: cluster } = sandbox
  const minting = { lifetimeMs: LIFETIME_MS, clock: now }
  const broker = createBroker({
    audiences: {
      records:
        era === 'seed'
          ? secretvault({ cluster, allowFullAuthority: true, ...minting })
          : nucMinter(sandbox, { signer: builderOf(sandbox), ...minting }),
    },
    authenticate: () => ({ subject: 'ada', login: 'session' }),
    authorize: () => true,
    logger: { info() {}, warn() {}, error() {} },
    clock: now,
  })
  return { sandbox, clock, broker }
}
