/** Sends commands to Redis with a deadline each; while Redis is away, nobody waits for it. */
import type { Clock } from '../clock.ts'
import type { Report } from '../events.ts'
import { describeError } from '../redact.ts'

/** What is needed of a client: ioredis and iovalkey have it, others in a line. */
export interface RedisClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>
}

export interface RedisConnection {
  /** Rejects at the deadline, or at once while Redis is taken to be away. */
  send(command: string, ...args: (string | number)[]): Promise<unknown>
  /** Redis is taken to be away. Whether it still is gets asked now and then, in the background. */
  isDown(): boolean
}

export interface RedisConnectionParts {
  client: RedisClient
  clock: Required<Clock>
  report: Report
  /** How long a command may take. */
  timeoutMs: number
}

const PROBE_INTERVAL_MS = 1_000
/** The first command waits for the connection to be made, which takes a few round trips and a handshake. */
const FIRST_TIMES = 4
/** Long enough for the event loop to take in what has arrived while it was busy. */
const SECOND_LOOK_MS = 5

export function createRedisConnection(parts: RedisConnectionParts): RedisConnection {
  const { client, clock, report, timeoutMs } = parts
  /** Counts recoveries: a command that was sent before one says nothing of what is now. */
  let era = 0
  let isAway = false
  let triedAt = 0
  let isProven = false

  async function run(command: string, args: (string | number)[]): Promise<unknown> {
    const deadlineMs = isProven ? timeoutMs : timeoutMs * FIRST_TIMES
    const reply = await inTime(client.call(command, ...args), { clock, deadlineMs })
    isProven = true
    return reply
  }

  function lose(error: unknown): void {
    triedAt = clock.now()
    if (isAway) return
    isAway = true
    report({ event: 'cache', state: 'lost', detail: describeError(error) })
  }

  function probe(): void {
    triedAt = clock.now()
    void run('PING', []).then(
      () => {
        era += 1
        isAway = false
        report({ event: 'cache', state: 'back' })
      },
      (error: unknown) => lose(error),
    )
  }

  function isDown(): boolean {
    if (isAway && clock.now() - triedAt >= PROBE_INTERVAL_MS) probe()
    return isAway
  }

  return {
    isDown,
    async send(command, ...args) {
      if (isDown()) throw new Error('Redis is away')
      const sentIn = era
      try {
        return await run(command, args)
      } catch (error) {
        if (sentIn === era) lose(error)
        throw error
      }
    },
  }
}

async function inTime(
  reply: Promise<unknown>,
  { clock, deadlineMs }: { clock: Required<Clock>; deadlineMs: number },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error(`Redis did not answer within ${deadlineMs} ms`))
    let cancel = clock.after(deadlineMs, () => {
      // In a busy process the answer may be here, and the timer may only be read first.
      cancel = clock.after(SECOND_LOOK_MS, giveUp)
    })
    reply.then(resolve, reject).finally(() => cancel())
  })
}
