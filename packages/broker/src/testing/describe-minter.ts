/** The contract suite that every minter passes, for any test runner with `describe` and `it`. */
import { isAudienceName } from '@valetkey/protocol'
import type { GroupMinter, MintedToken, Minter, MintRequest } from '../minter.ts'
import { check, leakOf, notAResource, notAToken } from './checks.ts'

type Describe = (title: string, body: () => void) => unknown
type It = (title: string, body: () => Promise<void>) => unknown

export interface MinterContract {
  /** The runner's own functions: vitest, jest, mocha and `node:test` fit. */
  describe: Describe
  it: It
  /** Heads the report. */
  name: string
  /** A fresh minter whose upstream works. Called once per test. */
  create(): Minter | Promise<Minter>
  /** A minter whose upstream is dead or refuses it. Leave it out where there is no upstream. */
  createBroken?(): Minter | Promise<Minter>
  /** What to ask for besides the audience and the lifetime, for example a scope or a context. */
  request?: Pick<MintRequest, 'scope' | 'context'>
  /** Keys and passwords the minter was given: none may show in the minter, its tokens or its errors. */
  secrets?: readonly string[]
  /** False for a minter that hands out a stored token. @default true */
  mintsAnew?: boolean
}

const AUDIENCE = 'contract'

/**
 * Declares the tests of the minter contract.
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest'
 * describeMinter({ describe, it, name: 'secretvault', create: () => secretvault({ cluster }) })
 * ```
 */
export function describeMinter(contract: MinterContract): void {
  const { describe, it, name } = contract
  describe(`minter contract: ${name}`, () => {
    for (const [title, clause] of Object.entries(clausesOf(contract)))
      it(title, async () => clause(await contract.create()))
    for (const [title, clause] of Object.entries(failureClausesOf(contract)))
      it(title, async () => clause(await (contract.createBroken?.() ?? contract.create())))
  })
}

type Clause = (minter: Minter) => Promise<void>

function clausesOf(contract: MinterContract): Record<string, Clause> {
  return {
    ...shapeClauses(contract),
    ...tokenClauses(contract),
    async 'honours a signal that is aborted already'(minter) {
      const signal = AbortSignal.abort(new Error('aborted by the contract'))
      const outcome = await minter.mint({ ...requestFor(minter, contract), signal }).then(
        () => 'a token',
        () => 'an error',
      )
      check(outcome === 'an error', 'mint() gave a token although its signal was aborted')
    },
    async 'takes lifetimes from its least, one second unless it says, up to its own limit'(minter) {
      const { minLifetimeMs = 1_000, maxLifetimeMs } = minter.limits
      for (const lifetimeMs of [minLifetimeMs, minLifetimeMs + 500, maxLifetimeMs]) {
        if (lifetimeMs > maxLifetimeMs) continue
        const startedAt = Date.now()
        const { expiresAt } = await minter.mint({ ...requestFor(minter, contract), lifetimeMs })
        const lifeMs = expiresAt - startedAt
        check(
          lifeMs <= lifetimeMs + 1_000,
          `asked for ${lifetimeMs} ms, got a life of ${lifeMs} ms`,
        )
      }
    },
  }
}

function shapeClauses({ secrets = [] }: MinterContract): Record<string, Clause> {
  return {
    async 'has a name and limits that make sense'({ name, limits, freshShare, ...minter }) {
      const { defaultLifetimeMs, maxLifetimeMs, minLifetimeMs = 1_000 } = limits
      check(/\S/.test(name), 'name is empty')
      check(defaultLifetimeMs >= 1_000, 'limits.defaultLifetimeMs is under a second')
      check(defaultLifetimeMs <= maxLifetimeMs, 'limits.defaultLifetimeMs is over maxLifetimeMs')
      check(minLifetimeMs > 0, 'limits.minLifetimeMs is not above 0')
      check(minLifetimeMs <= defaultLifetimeMs, 'limits.minLifetimeMs is over defaultLifetimeMs')
      check(
        freshShare === undefined || (freshShare >= 0 && freshShare < 1),
        'freshShare is not in [0, 1)',
      )
      for (const reason of ['fullAuthority', 'prefersProxy', 'staysOnServer'] as const)
        check(/\S/.test(minter[reason] ?? 'unset'), `${reason} is set and says nothing`)
    },
    async 'names its members alike at every look, each once, as an audience may be spelled'(
      minter,
    ) {
      if (!isGroup(minter)) return
      const members = minter.members()
      const names = members.map(({ name }) => name)
      check(names.length > 0, 'members() is empty')
      check(new Set(names).size === names.length, 'members() names a member twice')
      check(
        JSON.stringify(minter.members()) === JSON.stringify(members),
        'members() changed between two looks',
      )
      for (const { name, resource } of members) {
        check(
          isAudienceName(name),
          `the member name ${JSON.stringify(name)} is not an audience name`,
        )
        const fault = notAResource(resource)
        check(fault === undefined, `resource of ${name}: ${fault}`)
      }
    },
    async 'shows no secret when it is printed or serialized'(minter) {
      const leak = leakOf(minter, secrets)
      check(leak === undefined, `the minter shows a secret at ${leak}`)
    },
  }
}

function tokenClauses(contract: MinterContract): Record<string, Clause> {
  return {
    async 'mints a token that can stand in a header, with an expiry ahead'(minter) {
      for (const { token, startedAt, lifetimeMs } of await mintAll(minter, contract)) {
        const fault = notAToken(token, { startedAt, lifetimeMs })
        check(fault === undefined, `the minted token: ${fault}`)
      }
    },
    async 'never lives longer than asked'(minter) {
      const { minLifetimeMs = 0, maxLifetimeMs } = minter.limits
      const lifetimeMs = Math.min(Math.max(30_000, minLifetimeMs), maxLifetimeMs)
      const startedAt = Date.now()
      const token = await minter.mint({ ...requestFor(minter, contract), lifetimeMs })
      const fault = notAToken(token, { startedAt, lifetimeMs })
      check(fault === undefined, `the minted token: ${fault}`)
    },
    async 'mints another token each time, within the same second too'(minter) {
      if (contract.mintsAnew === false) return
      const request = requestFor(minter, contract)
      const tokens = await Promise.all([1, 2, 3].map(() => minter.mint(request)))
      const values = new Set(tokens.map(({ value }) => value))
      check(values.size === 3, 'two mints gave the same token; add a random id to what is signed')
    },
    async 'gives no secret away in a token'(minter) {
      for (const { token } of await mintAll(minter, contract)) {
        const leak = leakOf(token, contract.secrets ?? [])
        check(leak === undefined, `the minted token shows a secret at ${leak}`)
      }
    },
    async 'does without a subject if it is shareable'(minter) {
      if (!minter.shareable) return
      const { subject: _, ...request } = requestFor(minter, contract)
      await minter.mint(request)
    },
  }
}

function failureClausesOf(contract: MinterContract): Record<string, Clause> {
  return {
    async 'fails with an error that holds no secret'(minter) {
      const signal = contract.createBroken ? new AbortController().signal : AbortSignal.abort()
      const error = await minter.mint({ ...requestFor(minter, contract), signal }).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      check(error instanceof Error, 'mint() did not reject with an Error')
      const leak = leakOf(error, contract.secrets ?? [])
      check(leak === undefined, `the error shows a secret at ${leak}`)
    },
  }
}

async function mintAll(
  minter: Minter,
  contract: MinterContract,
): Promise<{ token: MintedToken; startedAt: number; lifetimeMs: number }[]> {
  return Promise.all(
    requestsFor(minter, contract).map(async (request) => {
      const startedAt = Date.now()
      return { token: await minter.mint(request), startedAt, lifetimeMs: request.lifetimeMs }
    }),
  )
}

function requestsFor(minter: Minter, contract: MinterContract): MintRequest[] {
  if (!isGroup(minter)) return [requestFor(minter, contract)]
  return minter.members().map(({ name }) => ({
    ...requestFor(minter, contract),
    audience: `${AUDIENCE}/${name}`,
    member: name,
  }))
}

function requestFor(minter: Minter, { request }: MinterContract): MintRequest {
  const first = isGroup(minter) ? minter.members()[0]?.name : undefined
  return {
    audience: first === undefined ? AUDIENCE : `${AUDIENCE}/${first}`,
    ...(first === undefined ? {} : { member: first }),
    subject: 'user-of-the-contract',
    lifetimeMs: minter.limits.defaultLifetimeMs,
    signal: new AbortController().signal,
    ...request,
  }
}

function isGroup(minter: Minter): minter is GroupMinter {
  return 'members' in minter && typeof minter.members === 'function'
}
