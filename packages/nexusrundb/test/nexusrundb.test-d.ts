import { createBroker } from '@valetkey/broker'
import { createTokenClient, type TokenClient } from '@valetkey/client'
import * as v from 'valibot'
import { expectTypeOf, it } from 'vitest'
import { type AnyBuckets, createNexusRunDb, type NexusRunDb } from '../src/index.ts'
import { nexusrundb } from '../src/minter/index.ts'

interface Note {
  text: string
}
declare const client: TokenClient

it('knows the values of a bucket', () => {
  const db = createNexusRunDb<{ notes: Note }>({ client, audience: 'notes' })
  expectTypeOf(db).toEqualTypeOf<NexusRunDb<{ notes: Note }>>()
  expectTypeOf(db.read('notes', 'one')).resolves.toEqualTypeOf<Note>()
  // @ts-expect-error A text is wanted.
  void db.write('notes', { key: 'one', value: { text: 1 } })
  // @ts-expect-error There is no such bucket.
  void db.read('papers', 'one')
  // @ts-expect-error One filter at a time.
  void db.list('notes', { filter: { prefix: 'a', suffix: 'b' } })
})

it('takes any bucket where none are named', () => {
  const db = createNexusRunDb({ client, audience: 'notes' })
  void db.write('anything', { key: 'one', value: [1] })
  expectTypeOf(db.read('anything', 'one')).resolves.toEqualTypeOf<unknown>()
})

it('reads the types of schemas, in and out', () => {
  const counts = v.pipe(v.string(), v.transform(Number))
  const db = createNexusRunDb({ client, audience: 'notes', buckets: { counts } })
  void db.write('counts', { key: 'one', value: '1' })
  expectTypeOf(db.read('counts', 'one')).resolves.toEqualTypeOf<number>()
})

it('knows the audiences of a broker', () => {
  const minter = nexusrundb({ serverId: 's', databaseId: 'd', accessKey: 'a', accessSecret: 's' })
  const broker = createBroker({ audiences: { notes: minter }, insecureDev: true })
  const typed = createTokenClient<typeof broker>('/api/broker')
  const db = createNexusRunDb({ client: typed, audience: 'notes' })
  expectTypeOf(db).toEqualTypeOf<NexusRunDb<AnyBuckets>>()
  // @ts-expect-error There is no such audience.
  void createNexusRunDb({ client: typed, audience: 'cards' })
})
