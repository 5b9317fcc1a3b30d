/** What scenarios are made of: uses of a token, calls at once, time that passes. */
import type { Stage, Use } from './stage.ts'

export const SECOND: number = 1_000
export const MINUTE: number = 60 * SECOND
export const HOUR: number = 60 * MINUTE

export async function keepUsing(
  stage: Stage,
  { forMs, everyMs }: { forMs: number; everyMs: number },
): Promise<Use[]> {
  const uses: Use[] = []
  for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
    uses.push(await stage.use())
    await stage.advance(everyMs)
    await settled()
  }
  return uses
}

export function dead(uses: readonly Use[]): number {
  return uses.filter(({ outcome, isAlive }) => outcome === 'token' && !isAlive).length
}

/** Worth a word only where it happened. */
export function deadIn(uses: readonly Use[]): string {
  const failed = uses.filter(({ outcome }) => outcome !== 'token').length
  const words = [
    dead(uses) ? `${dead(uses)} dead tokens handed out` : '',
    failed ? `${failed} of ${uses.length} calls got none` : '',
  ]
  return words.map((word) => word && `; ${word}`).join('')
}

export function inWords({ outcome, isAlive }: Use): string {
  if (outcome !== 'token') return outcome === 'waits' ? 'no answer' : 'an error'
  return isAlive ? 'the token' : 'a dead token'
}

export async function afterwards(stage: Stage): Promise<string> {
  stage.server.mood.failure = undefined
  // Longer than any library's pause after a failure.
  await advanceBySteps(stage, 5 * MINUTE)
  const use = await stage.use()
  return use.outcome === 'token' && use.isAlive ? 'yes' : 'no'
}

/** Time passes in steps of a minute, so that requests of timers are answered in between. */
export async function advanceBySteps(stage: Stage, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= MINUTE) {
    await stage.advance(Math.min(left, MINUTE))
    await settled()
  }
}

/** Real time enough for what is on its way on this machine. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 8))
}

/** Starts calls for a token in one tick of the page; `apart`: each for another API. */
export async function callMany(stage: Stage, count: number, apart = false): Promise<void> {
  await stage.page.evaluate(
    ({ count, apart }) => {
      const tally = (Reflect.get(globalThis, 'tally') as Tally | undefined) ?? {
        tokens: 0,
        errors: 0,
        calls: 0,
      }
      Object.assign(globalThis, { tally })
      for (let call = 0; call < count; call += 1) {
        tally.calls += 1
        library.token(apart ? `api-${call}` : undefined).then(
          () => (tally.tokens += 1),
          () => (tally.errors += 1),
        )
      }
    },
    { count, apart },
  )
}

interface Tally {
  tokens: number
  errors: number
  calls: number
}

export function tally(stage: Stage): Promise<Tally> {
  return stage.page.evaluate(() => Reflect.get(globalThis, 'tally') as Tally)
}

export async function waiting(stage: Stage): Promise<number> {
  const { tokens, errors, calls } = await tally(stage)
  return calls - tokens - errors
}

export async function letAnswer(stage: Stage, mostMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < mostMs && (await waiting(stage)) > 0; passedMs += 100) {
    for (let look = 0; look < 10 && (await waiting(stage)) > 0; look += 1) await settled()
    await stage.advance(100)
  }
}

/** Waits until no new request has come for a while of real time. */
export async function letNetworkRest(stage: Stage): Promise<void> {
  for (let seen = -1; seen !== stage.requests(); ) {
    seen = stage.requests()
    for (let look = 0; look < 4; look += 1) await settled()
  }
}

export async function advanceInSteps(
  stage: Stage,
  { ms, stepMs }: { ms: number; stepMs: number },
): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    await stage.advance(stepMs)
    await settled()
  }
}

export async function callApi(stage: Stage, url: string): Promise<string> {
  const called = stage.page.evaluate(
    (to) =>
      library.call?.(to).then(
        (status) => `${status}`,
        () => 'refused',
      ) ?? Promise.resolve(''),
    url,
  )
  await advanceInSteps(stage, { ms: SECOND, stepMs: 20 })
  return called
}
