import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Broker, Grant, Principal } from '../../src/index.ts'
import { createTestGroup, createTestMinter } from '../../src/testing/index.ts'
import { createApp, createManualClock, tokenRequest, type WireBody } from '../harness.ts'
import { cases, tell } from './counts.ts'

const RUNS = cases(10_000, 300)
const HOUR_S = 3_600

/** What the configuration holds, told again for the oracle. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  cards: ['read', 'write'],
  shared: ['read'],
}
const MEMBERS: Readonly<Record<string, readonly string[]>> = { records: ['a', 'b'] }
const MOST_S: Readonly<Record<string, number>> = { cards: 300, shared: 300, records: 600 }
const NAMES = [
  'cards',
  'shared',
  'records',
  'records/a',
  'records/b',
  'records/c',
  'cards/a',
  'nothing',
  '__proto__',
  'constructor',
]

interface Rule {
  user: string
  name: string
  scope: string | undefined
  maxSeconds: number | undefined
}
interface Asked {
  user: string
  name: string
  scope: string | undefined
  ttl: number | undefined
}

const scope = fc.option(fc.constantFrom('read', 'write', 'read write', 'admin', 'read admin'), {
  nil: undefined,
})
const seconds = fc.option(fc.integer({ min: 1, max: HOUR_S }), { nil: undefined })
const user = fc.constantFrom('ada', 'bob')
const rules = fc.uniqueArray(
  fc.record<Rule>({ user, name: fc.constantFrom(...NAMES), scope, maxSeconds: seconds }),
  { selector: ({ user: who, name }) => `${who} ${name}`, maxLength: 8 },
)
const asked = fc.record<Asked>({ user, name: fc.constantFrom(...NAMES), scope, ttl: seconds })

/** What is due, from the rules alone: the names with the scope and the most seconds of each, or nothing. */
function due(policy: readonly Rule[], { user: who, name, scope: wanted, ttl }: Asked) {
  const [group = '', member] = name.split('/')
  const rule =
    policy.find((one) => one.user === who && one.name === group) ??
    policy.find((one) => one.user === who && one.name === name)
  const isKnown = Object.hasOwn(MOST_S, group)
  const members = Object.hasOwn(MEMBERS, group) ? MEMBERS[group] : undefined
  if (!rule || !isKnown || (member !== undefined && !members?.includes(member))) return undefined
  const ceilings = [SCOPES[group], rule.scope?.split(' ')].filter((one) => one !== undefined)
  const granted = ceilings.reduce<readonly string[] | undefined>(
    (all, one) => all?.filter((word) => one.includes(word)) ?? one,
    undefined,
  )
  if (!granted && wanted !== undefined) return undefined
  // What goes too far is cut, as RFC 6749, section 3.3, has it; where nothing is left, nothing is given.
  const words = (wanted?.split(' ') ?? granted ?? []).filter((word) => granted?.includes(word))
  if (granted && words.length === 0) return undefined
  const mostSeconds = Math.min(MOST_S[group] ?? 0, rule.maxSeconds ?? HOUR_S, ttl ?? HOUR_S)
  const names = member !== undefined || !members ? [name] : members.map((one) => `${group}/${one}`)
  return { names, words: words.toSorted(), mostSeconds }
}

interface World {
  broker: Broker
  policy: readonly Rule[]
  who: string
}

/** One broker for all cases, so that what one was granted lies in the cache when the next one asks. */
function createWorld(): World {
  const clock = createManualClock()
  const world: Omit<World, 'broker'> = { policy: [], who: 'ada' }
  const minter = (name: string, isShared = false) =>
    createTestMinter({ clock, name, shareable: isShared, limits: { defaultLifetimeMs: 300_000 } })
  const { broker } = createApp({
    clock,
    audiences: {
      cards: { minter: minter('cards'), scopes: ['read', 'write'] },
      shared: { minter: minter('shared', true), scopes: ['read'] },
      records: createTestGroup(['a', 'b'], { clock, limits: { defaultLifetimeMs: 600_000 } }),
    },
    principal: (): Principal => ({ subject: world.who, login: world.who }),
    authorize({ subject }, { audience }): Grant {
      const rule = world.policy.find((one) => one.user === subject && one.name === audience)
      if (!rule) return false
      const { scope: words, maxSeconds } = rule
      return { scope: words, ...(maxSeconds && { maxLifetimeMs: maxSeconds * 1_000 }) }
    },
  })
  return Object.assign(world, { broker })
}

async function answerTo(world: World, { name, scope: words, ttl }: Asked): Promise<WireBody> {
  const item = { id: '1', audience: name, ...(words && { scope: words }), ...(ttl && { ttl }) }
  return (await world.broker.fetch(tokenRequest({ tokens: [item] }))).json()
}

it(`gives in ${RUNS} random cases what the policy grants and nothing beyond, on a hit and on a miss`, async () => {
  const world = createWorld()
  let granted = 0
  await fc.assert(
    fc.asyncProperty(rules, asked, async (policy, question) => {
      Object.assign(world, { policy, who: question.user })
      const { tokens = [], error = '' } = await answerTo(world, question)
      const right = due(policy, question)
      granted += right ? 1 : 0
      const given = tokens.filter(({ access_token }) => access_token !== undefined)
      expect(given.map(({ audience }) => audience)).toEqual(right?.names ?? [])
      for (const token of given) {
        expect((token.scope ?? '').split(' ').filter(Boolean).toSorted()).toEqual(right?.words)
        expect(token.expires_in).toBeLessThanOrEqual(right?.mostSeconds ?? 0)
        expect(token.access_token).toContain(`test.${token.audience}.`)
      }
      expect(/^invalid_(target|request)$/.test(error)).toBe(right === undefined)
    }),
    { numRuns: RUNS },
  )
  expect(granted).toBeGreaterThan(RUNS / 50)
  tell(`authorisation: ${RUNS} cases against an oracle, ${granted} granted, 0 wrong`)
})
