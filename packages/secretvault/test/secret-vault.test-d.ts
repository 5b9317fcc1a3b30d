/** The types that records have on their way in and out. */
import * as v from 'valibot'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type { Plain, SecretVault, Stored } from '../src/index.ts'

declare const vault: SecretVault

describe('a collection with a schema of the app', () => {
  it('gives what the schema gives: dates stay dates, brands stay brands', async () => {
    const schema = z.object({ at: z.coerce.date(), owner: z.string().brand('Owner') })
    const { records } = await vault.collection('id', { schema }).find()
    expectTypeOf(records[0]!.at).toEqualTypeOf<Date>()
    expectTypeOf(records[0]!.owner).toEqualTypeOf<z.infer<typeof schema>['owner']>()
    expectTypeOf(records[0]!._id).toEqualTypeOf<string>()

    const text = v.pipe(
      v.string(),
      v.transform((iso) => new Date(iso)),
    )
    const found = await vault.collection('id', { schema: v.object({ at: text }) }).tail()
    expectTypeOf(found.records[0]!.at).toEqualTypeOf<Date>()
  })

  it('keeps the members of a union apart', async () => {
    const schema = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('card'), number: z.string() }),
      z.object({ kind: z.literal('cash'), amount: z.number() }),
    ])
    const purse = vault.collection('id', { schema })
    const [record] = (await purse.find()).records
    const amount = record?.kind === 'cash' ? record.amount : undefined
    expectTypeOf(amount).toEqualTypeOf<number | undefined>()
    await purse.create([{ kind: 'cash', amount: { '%allot': 1 }, _id: 'a UUID' }])
    // @ts-expect-error cash has no number
    await purse.create([{ kind: 'cash', number: '4111' }])
  })
})

describe('a record as it is read', () => {
  it('has its secrets in the clear, the rest as JSON gives it back', () => {
    interface Login {
      _id?: string
      pin: { '%allot': number }
      at: Date
      list: readonly { text: { '%allot': string } }[]
    }
    expectTypeOf<Stored<Login>>().toExtend<{
      _id: string
      pin: number
      at: string
      list: { text: string }[]
    }>()
    expectTypeOf<Plain<[number, { '%allot': string }]>>().toEqualTypeOf<[number, string]>()
    expectTypeOf<Plain<string & { brand: 'x' }>>().toEqualTypeOf<string & { brand: 'x' }>()
  })

  it('of a union is one of its members', () => {
    type Both = Stored<{ kind: 'a'; x: number } | { kind: 'b'; y: string }>
    expectTypeOf<Extract<Both, { kind: 'a' }>['x']>().toEqualTypeOf<number>()
  })

  it('of any is any', () => {
    // oxlint-disable-next-line typescript/no-explicit-any
    expectTypeOf<Plain<any>>().toBeAny()
  })
})
