/** A minter that counts, waits or fails on demand, for the tests of those who use a broker. */
import { type Clock, systemClock } from '../clock.ts'
import type { GroupMinter, MintedToken, Minter, MinterLimits, MintRequest } from '../minter.ts'

export interface TestMinterOptions {
  /** @default 'test' */
  name?: string
  /** @default false */
  shareable?: boolean
  /** @default 5 minutes by default, 1 hour at most */
  limits?: Partial<MinterLimits>
  fullAuthority?: string
  allowFullAuthority?: boolean
  prefersProxy?: string
  freshShare?: number
  clock?: Clock
}

export interface TestMinterControls {
  /** Every request so far, oldest first. */
  readonly requests: readonly MintRequest[]
  /** Every token given so far, oldest first. */
  readonly minted: readonly MintedToken[]
  /** The next `times` mints reject with `error`. */
  fail(error: unknown, times?: number): void
  /** Mints wait until the returned function is called, and do not notice an aborted signal. */
  hold(): () => void
  /** Every later token is altered: the place to imitate an upstream that misbehaves. */
  alter(change: (token: MintedToken, request: MintRequest) => MintedToken): void
}

export type TestMinter = Minter & TestMinterControls
export type TestGroupMinter = GroupMinter & TestMinterControls

const MINUTE_MS = 60_000

/**
 * Creates a minter without an upstream. Its tokens read `test.{audience}.{number}`, live as long as
 * asked for, and no two are equal.
 */
export function createTestMinter(options?: TestMinterOptions): TestMinter {
  const { clock = systemClock, limits, ...rest } = options ?? {}
  const requests: MintRequest[] = []
  const minted: MintedToken[] = []
  const failures: unknown[] = []
  let gate: Promise<void> = Promise.resolve()
  let change = (token: MintedToken, _request: MintRequest): MintedToken => token

  return {
    name: 'test',
    shareable: false,
    limits: { defaultLifetimeMs: 5 * MINUTE_MS, maxLifetimeMs: 60 * MINUTE_MS, ...limits },
    ...rest,
    requests,
    minted,
    async mint(request) {
      const startedAt = clock.now()
      const number = requests.push(request)
      const [failure] = failures.splice(0, 1)
      request.signal.throwIfAborted()
      await gate
      if (failure !== undefined) throw failure
      const token = change(tokenFor(request, { number, startedAt }), request)
      minted.push(token)
      return token
    },
    fail: (error, times = 1) => void failures.push(...Array.from({ length: times }, () => error)),
    hold() {
      let release = (): void => {}
      gate = new Promise((resolve) => {
        release = resolve
      })
      return () => release()
    },
    alter(next) {
      change = next
    },
  }
}

function tokenFor(
  { audience, scope, lifetimeMs }: MintRequest,
  { number, startedAt }: { number: number; startedAt: number },
): MintedToken {
  const value = `test.${audience}.${number}`
  const token: MintedToken = { value, expiresAt: startedAt + lifetimeMs }
  return scope === undefined ? token : { ...token, scope }
}

/**
 * Creates a group: a test minter with one token per member. `members` is read anew whenever the broker
 * asks; the member `a` has the resource `https://a.test/`.
 */
export function createTestGroup(
  members: readonly string[] | (() => readonly string[]),
  options?: TestMinterOptions,
): TestGroupMinter {
  const names = typeof members === 'function' ? members : () => members
  return {
    ...createTestMinter(options),
    members: () => names().map((name) => ({ name, resource: `https://${hostOf(name)}.test/` })),
  }
}

function hostOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}
