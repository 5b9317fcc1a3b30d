import { type Broker, createBroker, type Principal } from '@valetkey/broker'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { skyflow, type SkyflowMinterOptions } from '../../src/minter/index.ts'
import { credentialsFor } from '../setup.ts'

declare module 'vitest' {
  interface TaskMeta {
    property?: { readonly runs: number; readonly seed: number; readonly seconds: number }
  }
}

const { VALETKEY_RUNS: runs = 150, VALETKEY_SEED: seed, VALETKEY_PATH: path } = process.env
const TIMEOUT_MS = 3_600_000

const ROLES = ['r1', 'r2', 'r3'] as const
const everybody = ['ada', 'bob', 'a,b', '["ada"]'] as const
/** Some are alike but for their type, their order, what they are nested in. */
const contexts = [
  'x',
  '{"k":"x"}',
  { k: 'x' },
  { k: 'x', j: 1 },
  { j: 1, k: 'x' },
  { k: { k: 'x' } },
]

interface User {
  subject: string
  login: string
  context: (typeof contexts)[number]
  roles: readonly string[]
}

const user: fc.Arbitrary<User> = fc.record({
  subject: fc.constantFrom(...everybody),
  login: fc.constantFrom('l1', 'l2'),
  context: fc.constantFrom(...contexts),
  roles: fc.subarray([...ROLES], { minLength: 1 }),
})

/** One request: who asks, how late, by what else the cache is moved before. */
const step = fc.record({
  users: fc.array(user, { minLength: 1, maxLength: 3 }),
  waitMs: fc.constantFrom(0, 1, 60_000, 600_000, 3_000_000),
  before: fc.constantFrom('nothing', 'nothing', 'revoke', 'reject'),
})

const setup = fc.record({
  /** What makes a bearer depend on the user. */
  context: fc.constantFrom<'none' | 'whole' | 'picked'>('none', 'whole', 'picked'),
  roles: fc.constantFrom<'all' | 'fixed' | 'picked' | 'granted'>(
    'all',
    'fixed',
    'picked',
    'granted',
  ),
  maxCachedTokens: fc.constantFrom(1, 2, 10_000),
})

type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never

/** Facts of a user that travel in the login, as an app's own would. */
type Facts = Pick<User, 'context' | 'roles'>

const factsOf = (context: unknown): Facts => context as Facts

function minterOptions({ context, roles }: Setup): Partial<SkyflowMinterOptions> {
  return {
    ...(context === 'whole' && { context: true }),
    ...(context === 'picked' && {
      context: ({ subject = '', context: facts }) => ({ subject, of: factsOf(facts).context }),
    }),
    ...(roles === 'fixed' && { roles: ['r1', 'r2'] }),
    ...(roles === 'picked' && { roles: ({ context: facts }) => factsOf(facts).roles }),
  }
}

/** What the bearer of a user must say, worked out without the minter. */
function expectedOf({ context, roles }: Setup, { subject, ...facts }: User): object {
  const scopes = { all: undefined, fixed: ['r1', 'r2'], picked: facts.roles, granted: facts.roles }
  const ctx = {
    none: undefined,
    whole: { context: facts.context, roles: facts.roles },
    picked: { subject, of: facts.context },
  }
  return {
    ...(ctx[context] !== undefined && { ctx: ctx[context] }),
    ...(scopes[roles] && { scp: scopes[roles].map((role) => `role:${role}`).toSorted() }),
  }
}

/** Skyflow, which puts into a bearer what the assertion and the scope say; some answers overtake others. */
function createSkyflow() {
  let minted = 0
  const base64url = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url')
  return async (...asked: Parameters<typeof fetch>): Promise<Response> => {
    const { assertion, scope } = await new Request(...asked).json()
    const [, payload = ''] = String(assertion).split('.')
    const { ctx, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const scp = scope?.split(' ').toSorted()
    const claims = { exp, jti: minted++, ...(ctx && { ctx }), ...(scp && { scp }) }
    if (minted % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
    return Response.json({ accessToken: `e30.${base64url(claims)}.c2ln`, tokenType: 'Bearer' })
  }
}

interface Stage {
  broker: Broker
  clock: { now(): number; advance(ms: number): void }
}

function createStage(chosen: Setup): Stage {
  let now = 1_893_456_000_000
  const clock = { now: () => now, after: () => () => {}, advance: (ms: number) => void (now += ms) }
  const minter = skyflow({
    credentials: credentialsFor('http://localhost:1/token'),
    vaultUrl: 'http://localhost:1',
    clock,
    fetch: createSkyflow(),
    ...minterOptions(chosen),
  })
  const isGranted = chosen.roles === 'granted'
  const broker = createBroker({
    audiences: {
      cards: { minter, ...(isGranted && { scopes: ROLES.map((role) => `role:${role}`) }) },
    },
    authenticate: ({ headers }): Principal => JSON.parse(headers.get('x-user') ?? ''),
    authorize: ({ context }) =>
      isGranted
        ? {
            scope: factsOf(context)
              .roles.map((role) => `role:${role}`)
              .join(' '),
          }
        : true,
    maxCachedTokens: chosen.maxCachedTokens,
    rateLimit: false,
    clock,
    logger: { info() {}, warn() {}, error() {} },
  })
  return { broker, clock }
}

interface Item {
  token_id?: string
  access_token?: string
}

async function ask(broker: Broker, asking: User, rejected?: string): Promise<Item> {
  const { context, roles, subject, login } = asking
  const response = await broker.fetch(
    new Request('https://app.test/api/broker/tokens', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'x-valet-key': '1',
        'x-user': JSON.stringify({ subject, login, context: { context, roles } }),
      },
      body: JSON.stringify({
        tokens: [{ id: '1', audience: 'cards', ...(rejected !== undefined && { rejected }) }],
      }),
    }),
  )
  const { tokens } = await response.json()
  return tokens[0]
}

function whatItSays({ access_token = '' }: Item): { facts: object; endsAt: number } {
  const { exp, jti, ...facts } = JSON.parse(
    Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString(),
  )
  expect(jti).toBeTypeOf('number')
  return { facts, endsAt: exp * 1000 }
}

describe('a token', () => {
  it(
    'is never one of another user, of other roles, of another context',
    async ({ task }) => {
      const began = performance.now()
      const property = fc.asyncProperty(
        setup,
        fc.array(step, { minLength: 1, maxLength: 5 }),
        async (chosen, steps) => {
          const { broker, clock } = createStage(chosen)
          let last: string | undefined
          for (const { users, waitMs, before } of steps) {
            clock.advance(waitMs)
            if (before === 'revoke') await broker.revoke({ subject: users[0]?.subject ?? '' })
            const rejected = before === 'reject' ? last : undefined
            const items = await Promise.all(users.map((one) => ask(broker, one, rejected)))
            for (const [index, item] of items.entries()) {
              const { facts, endsAt } = whatItSays(item)
              const expected = expectedOf(chosen, users[index]!)
              expect(facts).toEqual(expected)
              expect(endsAt).toBeGreaterThan(clock.now())
            }
            last = items[0]?.token_id
          }
          await broker.close()
        },
      )
      const details = await fc.check(property, {
        numRuns: Number(runs),
        ...(seed ? { seed: Number(seed) } : {}),
        ...(path ? { path } : {}),
      })
      const seconds = (performance.now() - began) / 1_000
      task.meta.property = { runs: details.numRuns, seed: details.seed, seconds }
      if (!details.failed) return
      const again = `VALETKEY_SEED=${details.seed} VALETKEY_PATH=${details.counterexamplePath}`
      const message = await fc.asyncDefaultReportMessage(details)
      throw new Error(`${message}\nAgain: ${again}`, { cause: details.errorInstance })
    },
    TIMEOUT_MS,
  )
})
