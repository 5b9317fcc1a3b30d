/** What the page of the ten minutes does: writes, reads, repairs, in manual time. */
import { createTokenClient } from '@valetkey/client'
import type { ManualClock } from '@valetkey/client/testing'
import { createSecretVault, isVaultError, type NewSchema } from '../../src/index.ts'

interface Login {
  service: string
  password?: { '%allot': string }
}

export interface Found {
  records: { service: string; password: unknown }[]
  incomplete: number
  missing: number
}

export interface Counts {
  /** Tokens that were sent to a node after their end. */
  expired: number
  sent: number
}

/** Everything in it is plain JSON, so that it can be called from outside of the browser. */
export interface VaultPage {
  createSchema(schema: NewSchema['schema']): Promise<string>
  /** How a write ended: done, undone on all nodes, or to be repaired. */
  write(schema: string, service: string): Promise<'kept' | 'undone' | 'incomplete'>
  find(schema: string, filter: Readonly<Record<string, string>>): Promise<Found>
  /** Repairs the oldest write that was left incomplete. False where that has to be tried again. */
  repairNext(): Promise<boolean>
  counts(): Promise<Counts>
}

export interface VaultPageParts {
  broker: string
  clock: ManualClock
  /** Lets manual time go on everywhere: here, at the broker, at the nodes. */
  readonly advance: (ms: number) => Promise<void>
}

const SETTLE_MS = 3_000
const STEP_MS = 100

export function openVaultPage({ broker, clock, advance }: VaultPageParts): VaultPage {
  let [expired, sent] = [0, 0]
  const client = createTokenClient(broker, {
    clock,
    headers: () => ({ authorization: 'Bearer session' }),
    fetch(input, init) {
      const token = new Headers(init?.headers).get('authorization')
      if (token?.includes('.')) {
        sent += 1
        if (endOf(token) <= clock.wall()) expired += 1
      }
      return fetch(input, init)
    },
  })
  const vault = createSecretVault({
    client,
    audience: 'records',
    deadlineMs: 5_000,
    writeDeadlineMs: 5_000,
    settleMs: SETTLE_MS,
  })
  const repairs: (() => Promise<void>)[] = []

  /** Lets manual time go on for as long as a call takes, or waits for. */
  async function during<T>(call: Promise<T>): Promise<T> {
    const done = call.then(
      () => true,
      () => true,
    )
    const step = () => new Promise<false>((resolve) => setTimeout(resolve, STEP_MS, false))
    while (!(await Promise.race([done, step()]))) await advance(STEP_MS)
    return call
  }

  return {
    async createSchema(schema) {
      return (await during(vault.createSchema({ name: 'logins', schema }))).id
    },
    async write(schema, service) {
      const record = { service, password: { '%allot': `secret of ${service}` } }
      try {
        await during(vault.create<Login>(schema, [record]))
        return 'kept'
      } catch (error) {
        if (!isVaultError(error)) throw error
        if (error.repair) repairs.push(error.repair)
        else if (error.code !== 'write_failed') throw error
        return error.repair ? 'incomplete' : 'undone'
      }
    },
    async find(schema, filter) {
      const found = await during(vault.find<Login>(schema, filter))
      return {
        records: found.records.map(({ service, password }) => ({ service, password })),
        incomplete: found.incomplete.length,
        missing: found.missing.length,
      }
    },
    async repairNext() {
      const isDone = await during(
        (repairs[0]?.() ?? Promise.resolve()).then(
          () => true,
          () => false,
        ),
      )
      if (isDone) repairs.shift()
      return isDone
    },
    counts: async () => ({ expired, sent }),
  }
}

/** Epoch milliseconds at which a token ends. */
function endOf(authorization: string): number {
  const [, payload = ''] = authorization.split('.')
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).exp * 1_000
}
