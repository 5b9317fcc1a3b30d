/** A broker for tests, in memory: answers in the shape of the protocol, misbehaves on demand. */
import type { WireErrorCode } from '@valetkey/protocol'
import type { Clock } from '../clock.ts'
import type { BrokerRequest } from '../types.ts'
import type { ManualClock } from './manual-clock.ts'

export interface FakeBrokerOptions {
  /** Names the broker knows; a list of member names makes a group. */
  audiences: Readonly<Record<string, { resource?: string; members?: readonly string[] }>>
  /** A manual clock's sleeps count for the broker too: its tokens age while the client's machine sleeps. */
  clock: Clock | ManualClock
  /** @default 300 */
  lifetimeSeconds?: number
  /** How long each answer takes by the clock given. @default 0 */
  latencyMs?: number
  /** Who is signed in, as the broker sees it. @default 'session-1' */
  session?: string
  /** How far the broker's clock is ahead of the client's, in milliseconds. @default 0 */
  skewMs?: number
  /** Makes the text of a token from the one it would have; a canary's `plant` fits. */
  tokenText?: (text: string) => string
}

export interface FakeFailure {
  /** For the whole request: a status with this code; for `audience` alone: an item's error. */
  error: WireErrorCode
  status?: number
  audience?: string
  retryable?: boolean
  retryAfterSeconds?: number
  /** How many requests it hits. @default 1 */
  times?: number
}

/** A token the fake broker made. */
export interface FakeToken {
  readonly text: string
  readonly audience: string
  readonly lifetimeSeconds: number
  /** When, by the broker's own count of the time that has really gone by. */
  readonly mintedAtMs: number
}

export interface FakeBroker {
  /** Give it to `createTokenClient` as the option `fetch`, with any broker address. */
  fetch: typeof fetch
  /** Every request body received, oldest first. */
  requests(): readonly BrokerRequest[]
  /** Tokens made so far. */
  mints(): number
  /** All tokens made so far, oldest first. */
  tokens(): readonly FakeToken[]
  /** The texts of all tokens made so far: what must show up nowhere. */
  tokenTexts(): readonly string[]
  /** Changes the broker from the next answer on; its clock and audiences stay. */
  set(options: Partial<Omit<FakeBrokerOptions, 'clock' | 'audiences'>>): void
  failNext(failure: FakeFailure): void
  /** The next answer is this, word for word. */
  answerNext(status: number, body: string, headers?: HeadersInit): void
  /** The network is gone until called with `false`. */
  unreachable(gone: boolean): void
  /** Answers come with the token it has, and what is left of its life, for as long as it lives. */
  stickToToken(sticks: boolean): void
}

interface Minted extends FakeToken {
  readonly id: string
}

interface Cells {
  options: FakeBrokerOptions
  received: BrokerRequest[]
  minted: Minted[]
  failures: (FakeFailure & { left: number })[]
  scripted: Response[]
  gone: boolean
  sticky: boolean
  current: Map<string, Minted>
}

/** Creates the broker. Every answer mints anew, unless told to stick to the token it has. */
export function createFakeBroker(options: FakeBrokerOptions): FakeBroker {
  const cells: Cells = {
    options: { ...options },
    received: [],
    minted: [],
    failures: [],
    scripted: [],
    gone: false,
    sticky: false,
    current: new Map(),
  }
  return {
    fetch: (_input, init) => respond(cells, init),
    requests: () => [...cells.received],
    mints: () => cells.minted.length,
    tokens: () => [...cells.minted],
    tokenTexts: () => cells.minted.map(({ text }) => text),
    set: (changes) => void Object.assign(cells.options, changes),
    failNext: (failure) => void cells.failures.push({ ...failure, left: failure.times ?? 1 }),
    answerNext: (status, body, headers) =>
      void cells.scripted.push(new Response(body, { status, ...(headers ? { headers } : {}) })),
    unreachable(gone) {
      cells.gone = gone
    },
    stickToToken(sticks) {
      cells.sticky = sticks
    },
  }
}

async function respond(cells: Cells, init: RequestInit | undefined): Promise<Response> {
  const request = JSON.parse(typeof init?.body === 'string' ? init.body : '') as BrokerRequest
  cells.received.push(request)
  const gone = cells.gone
  await latency(cells.options, init?.signal ?? undefined)
  if (gone) throw new TypeError('Failed to fetch')
  const scripted = cells.scripted.shift()
  if (scripted) return scripted
  const whole = take(cells, ({ audience }) => audience === undefined)
  return whole ? problem(whole) : Response.json(answer(cells, request))
}

function latency(
  { clock, latencyMs = 0 }: FakeBrokerOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // As a real fetch does.
    if (signal?.aborted) return reject(signal.reason)
    if (latencyMs === 0) return resolve()
    const cancel = clock.after(latencyMs, resolve)
    signal?.addEventListener('abort', () => {
      cancel()
      reject(signal.reason)
    })
  })
}

function take(cells: Cells, fits: (failure: FakeFailure) => boolean): FakeFailure | undefined {
  const failure = cells.failures.find((one) => one.left > 0 && fits(one))
  if (failure) failure.left -= 1
  return failure
}

function problem({ error, status = 503, retryable, retryAfterSeconds }: FakeFailure): Response {
  const body = {
    status,
    error,
    ...(retryable === undefined ? {} : { retryable }),
    ...(retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds }),
  }
  return Response.json(body, { status, headers: { 'Content-Type': 'application/problem+json' } })
}

function answer(cells: Cells, { tokens }: BrokerRequest): unknown {
  const { clock, session = 'session-1', audiences, skewMs = 0 } = cells.options
  const groups: Record<string, string[]> = {}
  const items = tokens.flatMap(({ id, audience }) => {
    const members = audiences[audience]?.members?.map((member) => `${audience}/${member}`)
    if (members) groups[audience] = members
    return (members ?? [audience]).map((one) => item(cells, { id, audience: one }))
  })
  return { server_time: clock.wall() + skewMs, session, groups, tokens: items }
}

function item(cells: Cells, { id, audience }: { id: string; audience: string }): unknown {
  const failure = take(cells, (one) => one.audience === audience)
  if (failure) {
    const { error, retryable, retryAfterSeconds: retry_after } = failure
    return { id, audience, error, retryable, retry_after }
  }
  const resource = resourceOf(cells.options, audience)
  if (resource === undefined) return { id, audience, error: 'invalid_target', retryable: false }
  const { token, leftSeconds } = tokenFor(cells, audience)
  const { text: access_token, id: token_id } = token
  const expires_in = leftSeconds
  return { id, audience, access_token, token_id, token_type: 'Bearer', expires_in, resource }
}

function tokenFor(cells: Cells, audience: string): { token: Minted; leftSeconds: number } {
  const current = cells.sticky ? cells.current.get(audience) : undefined
  const ageMs = current ? passedMs(cells.options) - current.mintedAtMs : 0
  const leftSeconds = current ? current.lifetimeSeconds - ageMs / 1_000 : 0
  if (current && leftSeconds > 0) return { token: current, leftSeconds }
  const token = mint(cells, audience)
  return { token, leftSeconds: token.lifetimeSeconds }
}

function mint(cells: Cells, audience: string): Minted {
  const { lifetimeSeconds = 300, tokenText = (text: string) => text } = cells.options
  const number = cells.minted.length + 1
  const minted = {
    text: tokenText(`canary-${number}-${audience.replaceAll('/', '.')}`),
    id: `id-${number}`,
    audience,
    lifetimeSeconds,
    mintedAtMs: passedMs(cells.options),
  }
  cells.minted.push(minted)
  cells.current.set(audience, minted)
  return minted
}

function passedMs({ clock }: FakeBrokerOptions): number {
  return 'passed' in clock ? clock.passed() : clock.mono()
}

function resourceOf({ audiences }: FakeBrokerOptions, audience: string): string | undefined {
  const [name = '', member] = audience.split('/')
  const known = audiences[name]
  if (!known || (member !== undefined && !known.members?.includes(member))) return undefined
  return known.resource ?? `https://${member ?? name}.vault.example/`
}
