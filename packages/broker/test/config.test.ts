import { describe, expect, it } from 'vitest'
import { configFaultsOf } from '../src/config-error.ts'
import { BrokerConfigError, type ConfigFault, createBroker } from '../src/index.ts'
import { createTestGroup, createTestMinter } from '../src/testing/index.ts'

const rules = { authenticate: () => null, authorize: () => false }
const fine = { audiences: { cards: createTestMinter() }, ...rules }

/** What createBroker says about options as they may come from JavaScript. */
function problemsOf(options: object): readonly string[] {
  try {
    createBroker(options as typeof fine)
    return []
  } catch (error) {
    if (error instanceof BrokerConfigError) return error.problems
    throw error
  }
}

/** The same, taken apart. */
function faultsOf(options: object): readonly ConfigFault[] | undefined {
  try {
    createBroker(options as typeof fine)
    return undefined
  } catch (error) {
    return configFaultsOf(error)?.faults
  }
}

describe('createBroker', () => {
  it('starts with three options', () => {
    expect(problemsOf(fine)).toEqual([])
  })

  it('does not start without authenticate or authorize, nor with something else in their place', () => {
    const { audiences } = fine
    expect(problemsOf({ audiences })).toMatchObject([
      expect.stringMatching(/^authenticate is missing; .*insecureDev: true stands in for it/),
      expect.stringContaining('authorize is missing'),
    ])
    expect(problemsOf({ ...fine, authorize: true })).toMatchObject([
      expect.stringContaining('authorize is not a function'),
    ])
    expect(problemsOf({ audiences, insecureDev: false })).toHaveLength(2)
    expect(problemsOf({ audiences, insecureDev: true, authenticate: 'me' })).toHaveLength(1)
  })

  it.each<[string, object, string]>([
    ['no audiences', { audiences: {} }, 'audiences is empty'],
    ['audiences of null', { audiences: null }, 'audiences is empty'],
    [
      'a misspelt option',
      { origin: ['https://a.example'] },
      'origin is not an option of createBroker',
    ],
    ['a star', { origins: ['*'] }, 'origins: "*" is not an exact origin'],
    ['null as an origin', { origins: ['null'] }, 'origins: "null" is not an exact origin'],
    ['an origin with a slash', { origins: ['https://a.example/'] }, 'is not an exact origin'],
    ['an origin in capitals', { origins: ['https://A.example'] }, 'is not an exact origin'],
    ['an origin without a scheme', { origins: ['a.example'] }, 'is not an exact origin'],
    ['a base path with a slash at the end', { basePath: '/api/' }, 'basePath: "/api/"'],
    ['a base path that is a URL', { basePath: 'https://a.example/api' }, 'is not a plain path'],
    ['a base path with dots', { basePath: '/api/../x' }, 'is not a plain path'],
    ['a timeout of 0', { timeoutMs: 0 }, 'timeoutMs is not a number above 0'],
    ['a cache in words', { maxCachedTokens: 'many' }, 'maxCachedTokens is not a number above 0'],
  ])('names %s', (_, options, problem) => {
    expect(problemsOf({ ...fine, ...options })).toEqual([expect.stringContaining(problem)])
  })

  const minter = createTestMinter()

  it.each<[string, string, unknown, string]>([
    ['a name that is none', 'my cards', minter, 'audiences.my cards: the name may hold'],
    ['a name with a slash', 'a/b', minter, 'audiences.a/b: the name may hold'],
    ['something else than a minter', 'cards', 'skyflow', 'audiences.cards is not a minter'],
    ['an empty minter', 'cards', {}, 'audiences.cards is not a minter: {'],
    [
      'a config without a minter',
      'cards',
      { minter: undefined },
      'audiences.cards is not a minter: {',
    ],
    [
      'a minter without limits',
      'cards',
      { ...minter, limits: undefined },
      'limits are not two numbers',
    ],
    [
      'limits of 0',
      'cards',
      { ...minter, limits: { defaultLifetimeMs: 0, maxLifetimeMs: 1 } },
      'limits are not',
    ],
    [
      'a misspelt option',
      'cards',
      { minter, maxLifetime: 1 },
      'maxLifetime is not an option of an audience',
    ],
    ['a lifetime of 0', 'cards', { minter, maxLifetimeMs: 0 }, 'maxLifetimeMs is not a number'],
    ['an empty list of scopes', 'cards', { minter, scopes: [] }, 'scopes is not a list'],
    ['a scope with a space', 'cards', { minter, scopes: ['a b'] }, 'scopes is not a list'],
    [
      'a member name that is none',
      'cards',
      createTestGroup(['a b']),
      'members() gave a name that is no',
    ],
    ['a member twice', 'cards', createTestGroup(['a', 'a']), 'members() gave a name twice'],
  ])('names %s in an audience', (...[, name, audience, problem]) => {
    expect(problemsOf({ ...fine, audiences: { [name]: audience } })).toEqual([
      expect.stringContaining(problem),
    ])
  })

  it('explains everything at once, in one message', () => {
    const options = { audiences: { 'a b': minter, cards: {} }, origins: ['*'], timeoutMs: -1 }
    const problems = problemsOf(options)
    expect(problems).toHaveLength(6)
    expect(() => createBroker(options as never)).toThrow(problems.join('\n- '))
  })

  it('gives each fault with its field and the mend', () => {
    const faults = faultsOf({ ...fine, basePath: 'x', audiences: { cards: {}, 'a b': minter } })
    expect(faults).toMatchObject([
      {
        field: 'basePath',
        fault: '"x" is not a plain path',
        mend: expect.stringMatching(/^write/),
      },
      { field: 'audiences.cards', fault: expect.stringContaining('is not a minter') },
      { field: 'audiences.a b', fault: expect.stringContaining('may hold letters') },
    ])
  })

  it.each<[string, object, string]>([
    ['timeout', { timeout: 1 }, 'did you mean timeoutMs?'],
    ['origin', { origin: [] }, 'did you mean origins?'],
    ['base-path', { 'base-path': '/' }, 'did you mean basePath?'],
    [
      'deliver',
      { audiences: { cards: { minter, deliver: 'proxy' } } },
      'audiences.cards.deliver is not an option of an audience; did you mean delivery?',
    ],
  ])('guesses what was meant by %s', (_, options, words) => {
    expect(problemsOf({ ...fine, ...options })).toEqual([expect.stringContaining(words)])
  })

  it('guesses nothing where nothing is near', () => {
    const [problem] = problemsOf({ ...fine, colour: 'red' })
    expect(problem).not.toContain('did you mean')
    expect(problem).toContain('known are')
  })

  it('refuses a group that contains itself', () => {
    const records = createTestGroup(['a', 'records'])
    expect(problemsOf({ ...fine, audiences: { records } })).toEqual([
      expect.stringContaining('audiences.records: minter test: the group contains itself'),
    ])
  })

  it('is told apart from other errors by its shape', () => {
    const faults = faultsOf({ ...fine, timeoutMs: 0 })
    const copy = Object.assign(new Error('another copy'), { code: 'config', source: 'x', faults })
    expect(configFaultsOf(copy)).toEqual({ source: 'x', faults })
    expect(configFaultsOf(Object.assign(new Error(), { code: 'config' }))).toBeUndefined()
    expect(configFaultsOf(new Error())).toBeUndefined()
    expect(configFaultsOf('x')).toBeUndefined()
  })

  it('hands no token of full authority to a browser unless somebody says so', () => {
    const fullAuthority = 'the whole organization'
    const powerful = createTestMinter({ name: 'secretvault', fullAuthority })
    const [problem, ...more] = problemsOf({ ...fine, audiences: { records: powerful } })
    expect(more).toEqual([])
    expect(problem).toContain('audiences.records')
    expect(problem).toContain(fullAuthority)
    expect(problem).toContain('allowFullAuthority: true')

    const audiences = [
      { minter: powerful, allowFullAuthority: true },
      createTestMinter({ fullAuthority, allowFullAuthority: true }),
    ]
    for (const records of audiences)
      expect(problemsOf({ ...fine, audiences: { records } })).toEqual([])
    const takenBack = { minter: audiences[1], allowFullAuthority: false }
    expect(problemsOf({ ...fine, audiences: { records: takenBack } })).toHaveLength(1)
  })

  it('shows no secret of a minter that cannot name its members', () => {
    const broken = createTestGroup(() => {
      throw new Error('cannot read { secretKey: "s3cr3t-of-the-organization" }')
    })
    const [problem] = problemsOf({ ...fine, audiences: { records: broken } })
    expect(problem).toContain('cannot read')
    expect(problem).not.toContain('s3cr3t')
  })
})
