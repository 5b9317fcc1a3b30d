import { describe, expect, it } from 'vitest'
import type { MintedToken, Minter } from '../../src/index.ts'
import {
  createTestGroup,
  createTestMinter,
  describeMinter,
  type MinterContract,
} from '../../src/testing/index.ts'

describeMinter({ describe, it, name: 'test minter', create: () => createTestMinter() })
describeMinter({
  describe,
  it,
  name: 'test group',
  create: () => createTestGroup(['a', 'did:nil:b'], { shareable: true }),
})

/** Runs the contract against a minter, and gives back the titles of the tests that failed. */
async function failuresOf(
  create: () => Minter,
  more: Partial<MinterContract> = {},
): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = []
  const contract: MinterContract = {
    describe: (_, declare) => declare(),
    it: (title, run) => tests.push([title, run]),
    name: 'under test',
    create,
    ...more,
  }
  describeMinter(contract)
  const failed: string[] = []
  for (const [title, run] of tests)
    await run().catch((error: unknown) => failed.push(`${title}: ${String(error)}`))
  return failed
}

const altered = (change: (token: MintedToken) => object) => () => {
  const minter = createTestMinter()
  minter.alter((token) => ({ ...token, ...change(token) }))
  return minter
}
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
const jwtFor = (exp: number) => `${encode({ alg: 'none' })}.${encode({ exp })}.c2ln`
const inSeconds = (ms: number) => Math.floor(ms / 1000)

describe('describeMinter', () => {
  it.each<[string, () => Minter, string]>([
    ['lives too long', altered((t) => ({ expiresAt: t.expiresAt + 5_000 })), 'beyond the lifetime'],
    ['ended', altered(() => ({ expiresAt: Date.now() - 1 })), 'in the past'],
    [
      'has seconds for milliseconds',
      altered((t) => ({ expiresAt: inSeconds(t.expiresAt) })),
      'epoch milliseconds?',
    ],
    ['has no expiry', altered(() => ({ expiresAt: Number.NaN })), 'not a finite number'],
    ['breaks a header', altered(() => ({ value: 'a b' })), 'printable ASCII'],
    [
      'is a JWT that ends before it says',
      altered((t) => ({ value: jwtFor(inSeconds(t.expiresAt) - 60) })),
      'beyond the exp',
    ],
    [
      'is a JWT that ends long after it says',
      altered((t) => ({ value: jwtFor(inSeconds(t.expiresAt) + 3600) })),
      'over a minute longer',
    ],
    [
      'prefers a proxy and says not why',
      () => ({ ...createTestMinter(), prefersProxy: ' ' }),
      'prefersProxy is set and says nothing',
    ],
    ['is always the same', altered(() => ({ value: 'same' })), 'the same token'],
    ['is for no URL', altered(() => ({ resource: 'node-a' })), 'is not an absolute URL'],
    [
      'is for a URL with a password',
      altered(() => ({ resource: 'https://u:p@a.test/' })),
      'a user name',
    ],
    ['gives the key away', altered(() => ({ id: 'key-is-s3cr3t' })), 'shows a secret at value.id'],
  ])('notices a token that %s', async (_, create, words) => {
    const failures = await failuresOf(create, { secrets: ['s3cr3t'] })
    expect(failures.join('\n')).toContain(words)
  })

  const minter = createTestMinter()

  it.each<[string, Minter, string]>([
    ['has no name', { ...minter, name: '' }, 'name is empty'],
    [
      'turns its limits around',
      { ...minter, limits: { defaultLifetimeMs: 2_000, maxLifetimeMs: 1_000 } },
      'over maxLifetimeMs',
    ],
    [
      'has limits in seconds',
      { ...minter, limits: { defaultLifetimeMs: 300, maxLifetimeMs: 3_600 } },
      'under a second',
    ],
    ['is never fresh', { ...minter, freshShare: 1 }, 'freshShare'],
    [
      'shows its key',
      Object.assign(createTestMinter(), { key: 's3cr3t' }),
      'shows a secret at value.key',
    ],
    [
      'takes no notice of a signal',
      { ...minter, mint: async () => ({ value: 'x', expiresAt: Date.now() + 1_000 }) },
      'its signal was aborted',
    ],
    ['is empty as a group', createTestGroup([]), 'members() is empty'],
    ['names a member twice', createTestGroup(['a', 'a']), 'names a member twice'],
    ['names a member badly', createTestGroup(['a/b']), 'is not an audience name'],
  ])('notices a minter that %s', async (_, faulty, words) => {
    const failures = await failuresOf(() => faulty, { secrets: ['s3cr3t'] })
    expect(failures.join('\n')).toContain(words)
  })

  it('notices members that change with every look, and a secret in an error', async () => {
    let looks = 0
    const restless = () => createTestGroup(() => [`a${(looks += 1)}`])
    expect((await failuresOf(restless)).join('\n')).toContain('changed between two looks')

    const leaky = () => {
      const broken = createTestMinter()
      broken.fail(new Error('refused', { cause: { key: 's3cr3t' } }))
      return broken
    }
    const failures = await failuresOf(() => createTestMinter(), {
      createBroken: leaky,
      secrets: ['s3cr3t'],
    })
    expect(failures).toEqual([
      expect.stringContaining('the error shows a secret at value.cause.key'),
    ])
  })

  it('lets a minter of stored tokens hand out one twice', async () => {
    const same = altered(() => ({ value: 'same' }))
    await expect(failuresOf(same, { mintsAnew: false })).resolves.toEqual([])
  })
})
