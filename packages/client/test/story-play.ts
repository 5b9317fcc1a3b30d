/** Plays a random story on a stage while a model watches what must hold. */
import { isTokenError, type TokenClientOptions } from '../src/index.ts'
import { type Canary, canary, type FakeBrokerOptions } from '../src/testing/index.ts'
import { isBroker, SECOND, type Stage, stage } from './stage.ts'
import { drawsOf, type Step, TARGETS } from './story.ts'

/** Who may be called with what, and how often. */
interface Watched {
  readonly watch: Canary
  /** What must not happen, where it did. */
  readonly violations: string[]
  readonly waiting: Promise<void>[]
  /** Every error a caller got. */
  readonly errors: unknown[]
  /** Member lists of the group, as the broker ever had them. */
  readonly lists: (readonly string[])[]
  /** Names of the group's members, as the broker has them now. */
  readonly members: string[]
  readonly did: Record<'calls' | 'jumps' | 'resets' | 'forced', number>
  readonly lifetimes: number[]
  /** Broker requests on their way, by key. */
  readonly flying: Map<string, number>
  /** Tokens made before the last reset belong to a former user. */
  formerMints: number
}

export type Play = Stage & Watched

export interface PlayOptions {
  readonly seed: number
  readonly client?: Partial<TokenClientOptions>
  readonly broker?: Partial<FakeBrokerOptions>
}

/** Plays a story to its end and disposes of the client. */
export async function play(story: readonly Step[], options: PlayOptions): Promise<Play> {
  const acting = begin(options)
  for (const one of story) {
    await act(acting, one)
    await quiet()
  }
  await acting.clock.advance(10 * SECOND)
  acting.client.dispose()
  await Promise.all(acting.waiting)
  await quiet()
  const { vault, did, violations, errors, watch } = acting
  if (vault.calls.length > 2 * did.calls) violations.push('P8: more than one replay of a call')
  checkMints(acting)
  watch.inspect('errors', errors)
  watch.stop()
  return acting
}

/** Who asks for a group and for a member of it at once, before the members are known, pays for it twice. */
function checkMints({ broker, clock, did, lifetimes, violations }: Play): void {
  const counts = new Map<string, number>()
  for (const { audience } of broker.tokens()) counts.set(audience, (counts.get(audience) ?? 0) + 1)
  const { jumps, resets } = did
  const forced = did.forced > 0 ? 1 + clock.passed() / (10 * SECOND) : 0
  const natural = clock.passed() / (0.5 * SECOND * Math.min(...lifetimes))
  const most = Math.ceil(2 * (1 + resets) + natural + forced + jumps)
  for (const [audience, count] of counts)
    if (count > most) violations.push(`P2: ${count} mints of ${audience}, at most ${most}`)
}

/** Two turns of the event loop: nothing is left in the middle, which is where time never passes. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

function begin({ seed, client = {}, broker = {} }: PlayOptions): Play {
  const watch = canary()
  const watched: Watched = {
    watch,
    violations: [],
    waiting: [],
    errors: [],
    lists: [['records/a', 'records/b', 'records/c']],
    members: ['a', 'b', 'c'],
    did: { calls: 0, jumps: 0, resets: 0, forced: 0 },
    lifetimes: [300],
    flying: new Map(),
    formerMints: 0,
  }
  // Watches what leaves for broker and vaults; the stage is known by then.
  let acting: Play
  const fetchWatched: typeof fetch = async (input, init) => {
    if (isBroker(input)) return watchFlight(acting, init, () => acting.broker.fetch(input, init))
    checkSent(acting, new Request(input, init))
    return acting.vault.fetch(input, init)
  }
  const ours = {
    random: drawsOf(seed),
    timeoutMs: 5 * SECOND,
    fetch: watch.fetch(fetchWatched),
  }
  const audiences = { cards: {}, mail: {}, records: { members: watched.members } }
  const scene = stage({ ...ours, ...client }, { audiences, tokenText: watch.token, ...broker })
  // One object from here on: its counts change.
  acting = Object.assign(watched, scene)
  scene.client.on('refreshed', ({ audience }) => {
    if (acting.broker.mints() === acting.formerMints)
      acting.violations.push(`P5: ${audience} of a former user came into use`)
  })
  watch.follow(scene.client)
  return acting
}

async function act(acting: Play, one: Step): Promise<void> {
  const { client, broker, vault, signals, did } = acting
  switch (one.do) {
    case 'advance':
      return acting.clock.advance(one.ms)
    case 'sleep':
    case 'jump':
      return moveClock(acting, one)
    case 'get':
      return get(acting, TARGETS[one.target] ?? 'cards', one.aborts)
    case 'call':
      did.calls += 1
      return follow(acting, client.fetchFor(TARGETS[one.target] ?? 'cards')('/x'))
    case 'keep':
      client.keepFresh(TARGETS[one.target] ?? 'cards')
      return
    case 'group':
      return getGroup(acting)
    case 'revoke':
      did.forced += 1
      for (const text of broker.tokenTexts()) vault.revoke(text)
      return
    case 'reset':
      return reset(acting)
    case 'hide':
      return signals.hide()
    case 'show':
      return signals.show()
    case 'invalidate':
      did.forced += 1
      return client.invalidate('cards')
    case 'members':
      return changeMembers(acting)
    case 'network':
      return broker.unreachable(!one.on)
    case 'refuse':
      did.forced += 1
      return vault.refuseEverything(one.on)
    case 'fail':
      return broker.failNext({ error: 'server_error', status: 500, retryable: one.retryable })
    case 'lifetime':
      acting.lifetimes.push(one.seconds)
      return broker.set({ lifetimeSeconds: one.seconds })
    case 'latency':
      return broker.set({ latencyMs: one.ms })
    default:
      return one satisfies never
  }
}

/** A step back that no one looks at could cancel a sleep that no one looked at: the case nobody can see. */
function moveClock({ clock, signals, did }: Play, one: Extract<Step, { wakes: boolean }>): void {
  const isBack = one.do === 'jump' && one.ms < 0
  did.jumps += 1
  if (isBack) signals.wake('focus')
  if (one.do === 'sleep') clock.sleep(one.ms)
  else clock.jump(one.ms)
  if (isBack || one.wakes) signals.wake('resume')
}

function follow({ waiting, violations, errors }: Play, promise: Promise<unknown>): void {
  const allowed = (error: unknown) => {
    errors.push(error)
    if (isTokenError(error) || (error as Error).name === 'AbortError') return
    violations.push(`an error of another kind: ${String(error)}`)
  }
  waiting.push(promise.then(() => {}, allowed))
}

function get(acting: Play, target: string, aborts: boolean): void {
  const controller = new AbortController()
  const since = acting.formerMints
  const got = acting.client.getToken(target, { signal: controller.signal })
  follow(
    acting,
    got.then(({ value, audience }) => checkServed(acting, { value, audience, target, since })),
  )
  if (aborts) controller.abort()
}

function getGroup(acting: Play): void {
  const since = acting.formerMints
  const got = acting.client.getTokens('records').then((tokens) => {
    const keys = [...tokens.keys()].join()
    if (!acting.lists.some((list) => list.join() === keys))
      acting.violations.push(`P12: a group of ${keys}`)
    for (const [target, { value, audience }] of tokens)
      checkServed(acting, { value, audience, target, since })
  })
  follow(acting, got)
}

function changeMembers({ members, lists }: Play): void {
  members[2] = members[2] === 'c' ? 'd' : 'c'
  lists.push(members.map((one) => `records/${one}`))
}

function reset(acting: Play): void {
  acting.client.reset()
  acting.did.resets += 1
  acting.formerMints = acting.broker.mints()
  for (const target of [...TARGETS, 'records'])
    if (acting.client.status(target).status !== 'idle')
      acting.violations.push(`P5: a status of ${target} stayed`)
}

interface Served {
  readonly value: string
  readonly audience: string
  readonly target: string
  readonly since: number
}

function checkServed({ broker, clock, violations }: Play, served: Served): void {
  const { value, audience, target, since } = served
  const number = broker.tokenTexts().indexOf(value)
  const token = broker.tokens()[number]
  if (!token || audience !== target || token.audience !== target) {
    violations.push('a token of another audience')
    return
  }
  if (number < since) violations.push('P5: a token of a former user')
  const leftMs = token.lifetimeSeconds * SECOND - (clock.passed() - token.mintedAtMs)
  if (leftMs <= 0) violations.push(`P1: a token dead for ${-leftMs} ms`)
}

function checkSent(acting: Play, { url, headers }: Request): void {
  const text = headers.get('Authorization')?.slice('Bearer '.length) ?? ''
  const audience = acting.broker.tokens().find((one) => one.text === text)?.audience ?? ''
  const { hostname } = new URL(url)
  if (hostname !== `${audience.split('/').at(-1)}.vault.example`)
    acting.violations.push(`P11: another vault's token at ${hostname}`)
  const since = acting.formerMints
  checkServed(acting, { value: text, audience, target: audience, since })
}

/** One request for a key at a time; one more for a token that was refused. */
async function watchFlight(
  { flying, violations, did: { resets } }: Play,
  init: RequestInit | undefined,
  send: () => Promise<Response>,
): Promise<Response> {
  const asked = JSON.parse(init?.body as string) as {
    tokens: { audience: string; rejected?: string }[]
  }
  const keys = asked.tokens.map(
    ({ audience, rejected = '' }) => `${audience} ${rejected} ${resets}`,
  )
  for (const key of keys) {
    flying.set(key, (flying.get(key) ?? 0) + 1)
    if (flying.get(key) !== 1) violations.push(`P3: ${key} asked for twice at a time`)
  }
  try {
    return await send()
  } finally {
    for (const key of keys) flying.set(key, (flying.get(key) ?? 0) - 1)
  }
}
