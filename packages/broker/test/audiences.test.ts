import { expect, it } from 'vitest'
import { createRegistry } from '../src/audiences.ts'
import { createTestGroup, createTestMinter } from '../src/testing/index.ts'

const registry = createRegistry({
  cards: { minter: createTestMinter(), maxLifetimeMs: 60_000, scopes: ['read'] },
  records: createTestGroup(['a', 'b']),
})
const audiencesOf = (name: string) => registry.find(name)?.targets.map(({ audience }) => audience)

it('opens a group into its members, and finds a member alone', () => {
  expect(audiencesOf('cards')).toEqual(['cards'])
  expect(audiencesOf('records')).toEqual(['records/a', 'records/b'])
  expect(audiencesOf('records/b')).toEqual(['records/b'])
  expect(registry.find('records')?.isGroup).toBe(true)
  expect(registry.find('records/b')?.isGroup).toBe(false)
})

it('keeps the rules of an audience with its name', () => {
  expect(registry.find('cards')?.entry).toMatchObject({ maxLifetimeMs: 60_000, scopes: ['read'] })
})

it.each(['nothing', 'cards/a', 'records/c', 'records/', 'constructor', '__proto__', ''])(
  'finds nothing under %j, and does not repeat it in a log',
  (name) => {
    expect(registry.find(name)).toBeUndefined()
    expect(registry.labelOf(name)).toBe('(unknown)')
  },
)

it('finds no name in a log unreadable because a group is broken', () => {
  const broken = createRegistry({
    records: createTestGroup(() => {
      throw new Error('file is gone')
    }),
  })
  expect(broken.labelOf('records')).toBe('(unknown)')
})
