/** The hazards, each played alike with every library; what is returned was counted. */
import {
  HOUR,
  MINUTE,
  SECOND,
  keepUsing,
  dead,
  deadIn,
  inWords,
  afterwards,
  advanceBySteps,
  settled,
  callMany,
  tally,
  waiting,
  letAnswer,
  letNetworkRest,
  advanceInSteps,
  callApi,
} from './deeds.ts'
import type { Stage } from './stage.ts'

export interface Scenario {
  readonly title: string
  /** What the cells show. */
  readonly shows: string
  readonly lifetimeSeconds: number
  readonly clockAheadMs?: number
  /** The page API it needs; a library without it is told apart, not counted. */
  readonly needs?: 'tokenUntil' | 'call' | 'hasAudiences'
  run(stage: Stage): Promise<string>
}

const MAX_TIMER_MS = 2 ** 31 - 1

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'Tokens of 60 s, used every second for 10 min',
    shows: 'token requests (10 would do)',
    lifetimeSeconds: 60,
    async run(stage) {
      const uses = await keepUsing(stage, { forMs: 10 * MINUTE, everyMs: SECOND })
      return `${stage.requests()}${deadIn(uses)}`
    },
  },
  {
    title: "User's clock 1 h fast, tokens of 1 h, used every second for 2 min",
    shows: 'token requests (0 would do)',
    lifetimeSeconds: 3_600,
    clockAheadMs: HOUR,
    async run(stage) {
      const uses = await keepUsing(stage, { forMs: 2 * MINUTE, everyMs: SECOND })
      return `${stage.requests()}${deadIn(uses)}`
    },
  },
  {
    title: "User's clock 1 h slow, tokens of 1 h, used every minute for 2 h",
    shows: 'token requests; dead tokens handed out',
    lifetimeSeconds: 3_600,
    clockAheadMs: -HOUR,
    async run(stage) {
      const uses = await keepUsing(stage, { forMs: 2 * HOUR, everyMs: MINUTE })
      return `${stage.requests()}; ${dead(uses)} of ${uses.length}`
    },
  },
  {
    title: 'Clock set back by 1 h while in use, tokens of 1 h, used every minute for 2 h',
    shows: 'token requests; dead tokens handed out',
    lifetimeSeconds: 3_600,
    async run(stage) {
      const before = await keepUsing(stage, { forMs: 10 * MINUTE, everyMs: MINUTE })
      await stage.setClock(-HOUR)
      const uses = [
        ...before,
        ...(await keepUsing(stage, { forMs: 110 * MINUTE, everyMs: MINUTE })),
      ]
      return `${stage.requests()}; ${dead(uses)} of ${uses.length}`
    },
  },
  {
    title: 'Token endpoint answers 503 since the login; 30 s of an hour are left',
    shows: 'what a call gets; whether a token is had without a login once the endpoint is back',
    lifetimeSeconds: 3_600,
    async run(stage) {
      stage.server.mood.failure = { status: 503 }
      await advanceBySteps(stage, HOUR - 30 * SECOND)
      const use = await stage.use({ patienceMs: 20 * SECOND })
      return `${inWords(use)}; ${await afterwards(stage)}`
    },
  },
  {
    title:
      "User's clock 1 h fast, endpoint answers 429: one call right after the login, five minutes with the endpoint back",
    shows: 'what the call gets; whether a token is had without a login once the endpoint is back',
    lifetimeSeconds: 3_600,
    clockAheadMs: HOUR,
    async run(stage) {
      stage.server.mood.failure = { status: 429 }
      const use = await stage.use({ patienceMs: 40 * SECOND })
      return `${inWords(use)}; ${await afterwards(stage)}`
    },
  },
  {
    title:
      'Token expired (the laptop slept), endpoint answers 503: 10 bursts of 100 calls, 50 ms apart',
    shows:
      'requests within 0.5 s; calls of 1,000 still waiting 0.1 s, and 10 s, after the last burst',
    lifetimeSeconds: 3_600,
    run: bursts,
  },
  {
    title: 'The same, endpoint answers 429 with `Retry-After: 30`: a call every second for 29 s',
    shows: 'token requests (1 would do)',
    lifetimeSeconds: 3_600,
    async run(stage) {
      await stage.sleep(2 * HOUR)
      stage.server.mood.failure = { status: 429, retryAfterSeconds: 30 }
      const before = stage.requests()
      for (let second = 0; second < 29; second += 1) {
        await callMany(stage, 1)
        await advanceInSteps(stage, { ms: SECOND, stepMs: 100 })
      }
      return `${stage.requests() - before}`
    },
  },
  {
    title: 'The same, endpoint works: 100 calls at once',
    shows: 'token requests; calls answered with a token',
    lifetimeSeconds: 3_600,
    async run(stage) {
      await stage.sleep(2 * HOUR)
      const before = stage.requests()
      await callMany(stage, 100)
      await letAnswer(stage, 20 * SECOND)
      const { tokens } = await tally(stage)
      return `${stage.requests() - before}; ${tokens}`
    },
  },
  {
    title: 'Tokens for 10 APIs asked for at once, none there yet',
    shows: 'token requests; calls answered with a token',
    needs: 'hasAudiences',
    lifetimeSeconds: 3_600,
    async run(stage) {
      const before = stage.requests()
      await callMany(stage, 10, true)
      await letAnswer(stage, 20 * SECOND)
      const { tokens } = await tally(stage)
      return `${stage.requests() - before}; ${tokens}`
    },
  },
  {
    title: 'Tokens of 30 days, used every second for a minute',
    shows: 'token requests; timers longer than browsers can count (2³¹ ms)',
    lifetimeSeconds: 30 * 86_400,
    async run(stage) {
      await keepUsing(stage, { forMs: MINUTE, everyMs: SECOND })
      const { longestMs } = await stage.page.evaluate(() => Reflect.get(globalThis, 'seen'))
      return `${stage.requests()}; ${longestMs > MAX_TIMER_MS ? 'yes' : 'none'}`
    },
  },
  {
    title: 'Signed out while a token request is on its way',
    shows: 'what the waiting call gets; what the next call gets',
    lifetimeSeconds: 3_600,
    run: signOutMeanwhile,
  },
  {
    title: 'Two calls wait for one token, the first is aborted',
    shows: 'what the first gets; what the second gets',
    lifetimeSeconds: 3_600,
    needs: 'tokenUntil',
    run: abortOne,
  },
  {
    title: "The library's own fetch is given a stranger's address",
    shows: 'tokens the stranger got',
    lifetimeSeconds: 3_600,
    needs: 'call',
    async run(stage) {
      await callApi(stage, 'https://stranger.test/v1')
      return `${stage.server.leaked()}`
    },
  },
  {
    title: "The API refuses the token (revoked): a call by the library's own fetch",
    shows: 'status the call ends with; token requests',
    lifetimeSeconds: 3_600,
    needs: 'call',
    async run(stage) {
      await callApi(stage, 'https://api.test/v1')
      stage.server.revokeAll()
      const before = stage.requests()
      const status = await callApi(stage, 'https://api.test/v1')
      return `${status}; ${stage.requests() - before}`
    },
  },
]

async function bursts(stage: Stage): Promise<string> {
  await stage.sleep(2 * HOUR)
  stage.server.mood.failure = { status: 503 }
  const before = stage.requests()
  for (let burst = 0; burst < 10; burst += 1) {
    await callMany(stage, 100)
    await letNetworkRest(stage)
    for (let step = 0; step < 5; step += 1) {
      await stage.advance(10)
      await letNetworkRest(stage)
    }
  }
  const requests = stage.requests() - before
  await advanceInSteps(stage, { ms: 100, stepMs: 10 })
  const soon = await waiting(stage)
  await advanceInSteps(stage, { ms: 10 * SECOND, stepMs: 100 })
  return `${requests}; ${soon}; ${await waiting(stage)}`
}

async function signOutMeanwhile(stage: Stage): Promise<string> {
  await stage.sleep(2 * HOUR)
  let open = () => {}
  stage.server.mood.gate = new Promise((resolve) => {
    open = resolve
  })
  const before = stage.requests()
  await callMany(stage, 1)
  while (stage.requests() === before) await stage.advance(10)
  const left = stage.page.evaluate(() => library.signOut().catch(() => {}))
  await settled()
  open()
  stage.server.mood.gate = undefined
  await letAnswer(stage, 20 * SECOND)
  await advanceInSteps(stage, { ms: 6 * SECOND, stepMs: 100 })
  await left
  stage.server.endLogin()
  const { tokens, errors } = await tally(stage)
  const first = tokens ? 'a token' : errors ? 'an error' : 'no answer'
  const { outcome } = await stage.use({ patienceMs: 20 * SECOND })
  return `${first}; ${outcome === 'token' ? 'the late token' : 'an error'}`
}

async function abortOne(stage: Stage): Promise<string> {
  await stage.sleep(2 * HOUR)
  const outcomes = stage.page.evaluate(async () => {
    const until = async (signal: AbortSignal) => {
      try {
        await library.tokenUntil?.(signal)
        return 'a token'
      } catch (cause) {
        return (cause as Error).name
      }
    }
    const [first, second] = [new AbortController(), new AbortController()]
    const both = [until(first.signal), until(second.signal)]
    await Promise.resolve()
    first.abort()
    return Promise.all(both)
  })
  await advanceInSteps(stage, { ms: SECOND, stepMs: 20 })
  return (await outcomes).join('; ')
}
