import { createBroker, type Grant, type Principal } from '@valetkey/broker'
import { type GrantList, grants } from '@valetkey/broker/auth'
import { createTestGroup, createTestMinter } from '@valetkey/broker/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ask, createVaults } from '../harness.ts'

const user = (...roles: string[]): Principal => ({ subject: 'ada', login: '1', roles })
const grantOf = async (list: GrantList, audience: string, ...roles: string[]): Promise<Grant> =>
  grants(list)(user(...roles), { audience })

describe('grants', () => {
  const list: GrantList = {
    doctor: ['cards', 'records'],
    nurse: [{ audience: 'cards', scope: 'read', maxLifetimeMs: 60_000 }],
    clerk: [{ audience: 'cards', scope: 'bill read' }, 'records/a'],
    night: [{ audience: 'cards', maxLifetimeMs: 30_000 }],
  }

  it.each<[string, string[], Grant]>([
    ['cards', ['doctor'], true],
    ['cards', ['nurse'], { scope: 'read', maxLifetimeMs: 60_000 }],
    ['cards', ['doctor', 'nurse'], true],
    ['cards', ['nurse', 'doctor'], true],
    ['cards', ['clerk'], { scope: 'bill read' }],
    ['cards', ['clerk', 'nurse'], { scope: 'bill read' }],
    ['cards', ['night'], { maxLifetimeMs: 30_000 }],
    ['cards', ['night', 'clerk'], { maxLifetimeMs: 30_000 }],
    ['records', ['clerk'], false],
    ['records/a', ['clerk'], true],
    ['cards', [], false],
    ['cards', ['admin'], false],
    ['cards', ['constructor', '__proto__'], false],
    ['constructor', ['doctor'], false],
    ['Cards', ['doctor'], false],
    ['cards', ['doctor', 'doctor'], true],
  ])('for %s and %j are %j', async (audience, roles, grant) => {
    expect(await grantOf(list, audience, ...roles)).toEqual(grant)
  })

  it('give no scope a longer life than some role gives that scope, nor a word that none gives', async () => {
    const words = ['a', 'b', 'c']
    const rule = fc.record({
      audience: fc.constant('cards'),
      scope: fc.subarray(words, { minLength: 1 }).map((some) => some.join(' ')),
      maxLifetimeMs: fc.integer({ min: 1_000, max: 5_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(rule, { minLength: 1, maxLength: 4 }), async (rules) => {
        const grant = await grantOf({ role: rules }, 'cards', 'role')
        if (typeof grant === 'boolean') throw new Error('narrowed rules gave everything')
        const longest = (word: string): number =>
          Math.max(
            ...rules
              .filter(({ scope }) => scope.split(' ').includes(word))
              .map(({ maxLifetimeMs }) => maxLifetimeMs),
          )
        const given = grant.scope?.split(' ') ?? []
        const all = [...new Set(rules.flatMap(({ scope }) => scope.split(' ')))]
        expect(given.toSorted()).toEqual(all.toSorted())
        for (const word of given) expect(grant.maxLifetimeMs).toBeLessThanOrEqual(longest(word))
      }),
      { numRuns: Number(process.env.VALETKEY_RUNS ?? 300) },
    )
  })

  it('look for roles where they are told', async () => {
    const authorize = grants<Principal & { groups: string[] }>(
      { staff: ['cards'] },
      ({ groups }) => groups,
    )
    expect(await authorize({ ...user(), groups: ['staff'] }, { audience: 'cards' })).toBe(true)
  })

  it('cover the members of a group, and a member without its group', async () => {
    const authorize = grants({ doctor: ['records'], clerk: ['records/a'] })
    const asDoctor = createVaults({ authorize, principal: user('doctor') })
    expect((await ask(asDoctor.broker, 'records', 'records/b')).tokens).toHaveLength(4)
    const asClerk = createVaults({ authorize, principal: user('clerk') })
    const { tokens } = await ask(asClerk.broker, 'records/a', 'records/b')
    expect(tokens.map(({ error }) => error)).toEqual([undefined, 'invalid_target'])
  })

  it.each<[string, unknown, RegExp]>([
    ['a wildcard', ['*'], /admin\[0\]: names no audience; .*there is no wildcard, on purpose/],
    ['a pattern', ['cards*'], /names no audience/],
    ['an empty name', [''], /names no audience/],
    ['a text for a list', 'cards', /admin is not a list/],
    ['an empty scope', [{ audience: 'cards', scope: ' ' }], /scope that is none/],
    ['a life of nothing', [{ audience: 'cards', maxLifetimeMs: 0 }], /at least 1000/],
    ['a member too many', [{ audience: 'cards', scopes: 'read' }], /holds more/],
    ['null', [null], /names no audience/],
  ])('refuse %s at the start', (_, rules, words) => {
    expect(() => grants({ admin: rules } as never)).toThrow(words)
  })

  it('that name no audience of the broker stop its start, with a guess', () => {
    const start = (names: string[]) =>
      createBroker({
        audiences: { cards: createTestMinter(), records: createTestGroup(['a']) },
        authenticate: () => null,
        authorize: grants({ doctor: names }),
      })
    expect(() => start(['cards', 'records', 'records/a'])).not.toThrow()
    expect(() => start(['card', 'record/a', 'notes'])).toThrow(
      /grants card, which is no audience of this broker; did you mean cards\?\n.*grants record\/a.*\n.*grants notes, which is no audience of this broker$/,
    )
  })
})
