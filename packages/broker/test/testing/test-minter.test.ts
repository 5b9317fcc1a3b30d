import { expect, it } from 'vitest'
import type { MintRequest } from '../../src/index.ts'
import { createTestGroup, createTestMinter } from '../../src/testing/index.ts'

const request: MintRequest = {
  audience: 'cards',
  lifetimeMs: 60_000,
  signal: new AbortController().signal,
}

it('counts what it was asked for and what it gave', async () => {
  const minter = createTestMinter()
  await minter.mint(request)
  minter.fail(new Error('down'))
  await expect(minter.mint(request)).rejects.toThrow('down')
  expect(minter.requests).toHaveLength(2)
  expect(minter.minted.map(({ value }) => value)).toEqual(['test.cards.1'])
})

it('fails as often as told, then works again', async () => {
  const minter = createTestMinter()
  minter.fail(new Error('down'), 2)
  await expect(minter.mint(request)).rejects.toThrow('down')
  await expect(minter.mint(request)).rejects.toThrow('down')
  await expect(minter.mint(request)).resolves.toMatchObject({ value: 'test.cards.3' })
})

it('waits while held', async () => {
  const minter = createTestMinter()
  const release = minter.hold()
  const minted = minter.mint(request)
  expect(minter.minted).toHaveLength(0)
  release()
  await expect(minted).resolves.toBeDefined()
})

it('reads its clock, and gives the lifetime asked for', async () => {
  const minter = createTestMinter({ clock: { now: () => 1_000 } })
  await expect(minter.mint(request)).resolves.toMatchObject({ expiresAt: 61_000 })
})

it('is a group of the members named, with a resource each', () => {
  expect(createTestGroup(['a']).members()).toEqual([{ name: 'a', resource: 'https://a.test/' }])
})
