/** The vendor's own clients in a Chromium, which hold no key: their tokens come from the broker. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { secretvault } from '../../src/minter/index.ts'
import { openHouse } from './house.ts'
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

// One after the other: each test's house is taken down by a hook that knows only one running test.
describe('the vendor’s clients on brokered tokens', { concurrent: false }, () => {
  it('of today: @nillion/secretvaults 3.0.0, by its map of invocations', async () => {
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

  it('of the seed era: secretvaults 0.0.0-alpha.1, by its method for tokens', async () => {
    const { page } = await openHouse([])
    expect(await page.evaluate((given) => globalThis.useSeed(given), schema)).toEqual({
      written: [200, 200, 200],
      found: [{ _id: '', service: 'mail', password: 'hunter2' }],
    })
  })
})
