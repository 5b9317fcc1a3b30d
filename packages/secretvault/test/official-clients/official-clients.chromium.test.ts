/** The vendor's own clients in a Chromium, which hold no key: their tokens come from the broker. */
import { randomBytes, randomUUID } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { Signer } from '@nillion/nuc'
import { afterAll, describe, expect, it } from 'vitest'
import { didOf } from '../../src/minter/did.ts'
import { secretvault } from '../../src/minter/index.ts'
import type { Parties } from './every-operation.ts'
import { type House, openFreeHouse, openHouse } from './house.ts'
import type {} from './page.ts'

const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'array',
  items: {
    type: 'object',
    properties: {
      _id: { type: 'string', format: 'uuid', coerce: true },
      service: { type: 'string' },
      password: { type: 'object', properties: { '%share': { type: 'string' } } },
    },
    required: ['_id', 'service', 'password'],
  },
}

const reports: string[] = []
afterAll(() => console.info(reports.join('\n')))

// One after the other: each test's house is taken down by a hook that knows only one running test.
describe('the vendor’s clients on brokered tokens', { concurrent: false }, () => {
  it('of today: are held to the scopes of their invocations', async () => {
    const [collection, query] = [randomUUID(), randomUUID()]
    const scopes = [`data:read:${collection}`, `queries:execute:${query}`]
    const { sandbox, page } = await openHouse(scopes)
    const builder = secretvault({ cluster: sandbox.secretvault, tokenFormat: 'nuc' })
    for (const { name, resource } of builder.members()) {
      const { signal } = new AbortController()
      const request = { audience: name, member: name, lifetimeMs: 60_000, signal }
      const headers = {
        authorization: `Bearer ${(await builder.mint(request)).value}`,
        'content-type': 'application/json',
      }
      const post = (path: string, body: object) =>
        fetch(resource + path, { method: 'POST', headers, body: JSON.stringify(body) })
      await post('v1/collections', { _id: collection, type: 'standard', name: 'c', schema })
      const pipeline = [{ $count: 'logins' }]
      await post('v1/queries', { _id: query, name: 'q', collection, variables: {}, pipeline })
    }
    const set = { collection, query, schema }
    expect(await page.evaluate((given) => globalThis.useToday(given), set)).toEqual({
      found: [{ _id: '', _created: '', _updated: '', service: 'mail', password: 'hunter2' }],
      rows: [[{ logins: 1 }], [{ logins: 1 }], [{ logins: 1 }]],
      writeByReader: [401, 401, 401],
      elsewhere: [401, 401, 401],
      schemaByAnybody: [403, 403, 403],
      fullAuthority: 'invalid_target',
    })
  })

  it('of today: does all its operations, as builder, as newcomer, as user', async () => {
    const { page, parties } = await openForAll()
    const done = await page.evaluate((given) => globalThis.doAllOfToday(given), parties)
    reports.push(done.report)
    expect(done.missing).toEqual([])
    expect(done.seen).toEqual({
      renamed: 'new',
      nodes: 3,
      health: 'OK',
      collections: ['c'],
      indexed: true,
      passwords: ['battery staple', 'battery staple'],
      left: [0, 0],
      queries: ['count'],
      rows: everyNode([{ total: 2 }]),
      references: 1,
      diary: 'dear diary',
      logged: ['create-data', 'grant-access', 'grant-access', 'revoke-access'],
      visible: [1, 0, 1, 0, 0],
    })
  })

  it('of the seed era: does all its operations, an organization’s registration included', async () => {
    const { page, parties } = await openForAll()
    const done = await page.evaluate((given) => globalThis.doAllOfTheSeed(given), parties)
    reports.push(done.report)
    expect(done.missing).toEqual([])
    expect(done.seen).toEqual({
      registered: everyNode(201),
      schemas: everyNode(1),
      written: everyNode(200),
      found: [expect.objectContaining({ service: 'mail', password: 'battery staple' })],
      left: [0, 0],
      gone: everyNode(204),
      opened: 'secret',
      joined: { note: 'secret' },
    })
  })
})

const everyNode = <Value>(value: Value): Value[] => [value, value, value]

async function openForAll(): Promise<House & { parties: Parties }> {
  const [newcomer, user] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
  const publicKey = secp256k1.getPublicKey(Buffer.from(newcomer, 'hex'))
  const newcomerDid = didOf(publicKey, 'testnet')
  const house = await openFreeHouse({ newcomer, user, newcomerDid })
  const didKeyOf = async (key: string) => (await Signer.fromPrivateKey(key).getDid()).didString
  const account = {
    did: newcomerDid,
    publicKey: Buffer.from(publicKey).toString('hex'),
    name: 'own',
  }
  const parties = {
    schema,
    builder: house.sandbox.secretvault.builderDid,
    newcomer: await didKeyOf(newcomer),
    user: await didKeyOf(user),
    account,
  }
  return { ...house, parties }
}
