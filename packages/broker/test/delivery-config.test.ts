import { describe, expect, it } from 'vitest'
import { allow, type AudienceConfig, BrokerConfigError, createBroker } from '../src/index.ts'
import { createTestMinter } from '../src/testing/index.ts'

const fullAuthority = 'the whole organization'
const powerful = createTestMinter({ name: 'secretvault', fullAuthority })
const minter = createTestMinter()
const prefersProxy = 'nobody knows whether it admits browsers'
const shy = createTestMinter({ name: 'shy', prefersProxy })
const staysOnServer = 'an API key never ends'
const rules = [allow('GET', '/v1/:id')]

/** What createBroker says about one audience as it may come from JavaScript. */
function problemsOf(cards: unknown): readonly string[] {
  try {
    createBroker({
      audiences: { cards: cards as AudienceConfig },
      authenticate: () => null,
      authorize: () => false,
    })
    return []
  } catch (error) {
    if (error instanceof BrokerConfigError) return error.problems
    throw error
  }
}

describe('delivery', () => {
  it.each<[string, unknown]>([
    ['by token', minter],
    ['by token, said', { minter, delivery: 'token' }],
    ['by proxy', { minter, delivery: 'proxy', allow: rules }],
    [
      'by proxy, with everything',
      {
        minter,
        delivery: 'proxy',
        allow: rules,
        resource: 'https://vault.example/base/',
        maxBodyBytes: 1,
        stallTimeoutMs: 1,
        totalTimeoutMs: 1,
      },
    ],
    ['of what never leaves, by proxy', { minter: { ...minter, staysOnServer }, allow: rules }],
    ['of what prefers it, by proxy by default', { minter: shy, allow: rules }],
    ['of what prefers a proxy, by token, said', { minter: shy, delivery: 'token' }],
    ['of full authority, by proxy by default', { minter: powerful, allow: rules }],
    ['of full authority, by proxy', { minter: powerful, delivery: 'proxy', allow: rules }],
    ['of full authority, by token, allowed', { minter: powerful, allowFullAuthority: true }],
    [
      'of full authority, allowed, and by proxy all the same',
      { minter: powerful, allowFullAuthority: true, delivery: 'proxy', allow: rules },
    ],
  ])('%s is fine', (_, audience) => {
    expect(problemsOf(audience)).toEqual([])
  })

  it.each<[string, unknown, string]>([
    ['in another way', { minter, delivery: 'pigeon' }, 'delivery is neither'],
    [
      'of what never leaves, by token, though full authority is allowed',
      { minter: { ...powerful, staysOnServer }, delivery: 'token', allowFullAuthority: true },
      `which is never done (${staysOnServer})`,
    ],
    [
      'of what never leaves, by proxy by default, without rules',
      { ...minter, staysOnServer },
      `allow is missing or empty: a token of ${minter.name} stays here (${staysOnServer})`,
    ],
    [
      'of what prefers a proxy, without rules',
      shy,
      `allow is missing or empty: calls of shy go through the broker unless you say otherwise (${prefersProxy})`,
    ],
    [
      'of full authority that prefers a proxy, by token, though not allowed',
      { minter: { ...powerful, prefersProxy }, delivery: 'token' },
      'say so with allowFullAuthority: true, else set delivery:',
    ],
    [
      'of full authority that prefers a proxy, allowed, without rules',
      { minter: { ...powerful, prefersProxy }, allowFullAuthority: true },
      "or hand the tokens to browsers with delivery: 'token'",
    ],
    ['by proxy without rules', { minter, delivery: 'proxy' }, 'allow is missing or empty'],
    ['by proxy with none', { minter, delivery: 'proxy', allow: [] }, 'allow is missing or empty'],
    ['with rules that are no list', { minter, delivery: 'proxy', allow: rules[0] }, 'not a list'],
    [
      'with a bad rule',
      { minter, delivery: 'proxy', allow: [...rules, { method: 'GET', path: 'v1' }] },
      'allow[1]: its path does not start with /',
    ],
    ['by token with rules', { minter, allow: rules }, 'allow is for forwarded calls'],
    ['by token with a cap', { minter, maxBodyBytes: 1 }, 'maxBodyBytes is for forwarded calls'],
    [
      'with a cap of 0',
      { minter, delivery: 'proxy', allow: rules, maxBodyBytes: 0 },
      'maxBodyBytes is not a number above 0',
    ],
    [
      'with a deadline in words',
      { minter, delivery: 'proxy', allow: rules, stallTimeoutMs: '1 s' },
      'stallTimeoutMs is not a number above 0',
    ],
    ['with a resource that is none', { minter, resource: 'vault.example' }, 'not a base URL'],
    [
      'with a query in its resource',
      { minter, resource: 'https://v.example/?a' },
      'not a base URL',
    ],
    [
      'with a user in its resource',
      { minter, resource: 'https://me@v.example/' },
      'not a base URL',
    ],
    ['with a number for a resource', { minter, resource: 7 }, 'not a base URL'],
    [
      'of full authority by token',
      { minter: powerful, delivery: 'token' },
      'say so with allowFullAuthority: true, else set delivery:',
    ],
    ['of full authority without rules', powerful, "allow: [allow('GET', '/v1/cards/:card')]"],
    [
      'that outlives, by proxy',
      { minter, delivery: 'proxy', allow: rules, allowOutliving: true },
      'allowOutliving is for tokens in browsers',
    ],
  ])('%s stops the start', (_, audience, problem) => {
    expect(problemsOf(audience)).toEqual([expect.stringContaining(problem)])
  })

  it('of full authority names what it is, and both ways out', () => {
    const [problem = ''] = problemsOf(powerful)
    for (const word of ['secretvault', fullAuthority, 'proxies', 'allowFullAuthority: true'])
      expect(problem).toContain(word)
  })
})

describe('the least lifetime of a minter', () => {
  const least = (minLifetimeMs: number) => createTestMinter({ limits: { minLifetimeMs } })

  it.each([0, -1, Number.NaN, 3_600_001])('is no %s', (minLifetimeMs) => {
    expect(problemsOf(least(minLifetimeMs))).toEqual([
      expect.stringContaining('limits.minLifetimeMs'),
    ])
  })

  it('above what the audience allows stops the start, unless the token stays or may outlive', () => {
    const audience = { minter: least(3_600_000), maxLifetimeMs: 60_000 }
    expect(problemsOf(audience)).toEqual([expect.stringContaining('maxLifetimeMs is below')])
    expect(problemsOf({ ...audience, allowOutliving: true })).toEqual([])
    expect(problemsOf({ ...audience, delivery: 'proxy', allow: rules })).toEqual([])
  })
})
