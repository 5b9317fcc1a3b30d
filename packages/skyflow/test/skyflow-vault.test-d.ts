import { createBroker } from '@valetkey/broker'
import { createTokenClient, type TokenClient } from '@valetkey/client'
import * as v from 'valibot'
import { expectTypeOf, it } from 'vitest'
import {
  createSkyflowVault,
  insertedId,
  type Outcome,
  type SkyflowError,
  skyflowBearer,
  type SkyflowVault,
} from '../src/index.ts'
import { skyflow } from '../src/minter/index.ts'

interface Card {
  card_number: string
  expiry_year: number
}
declare const client: TokenClient
declare const vault: SkyflowVault<{ cards: Card }>

it('knows the columns of a table', () => {
  const typed = createSkyflowVault<{ cards: Card }>({ client, audience: 'cards', vaultId: 'v' })
  expectTypeOf(typed).toEqualTypeOf<SkyflowVault<{ cards: Card }>>()
  void typed.insert('cards', { card_number: '4', expiry_year: 2030 })
  // @ts-expect-error A number is wanted.
  void typed.insert('cards', { card_number: '4', expiry_year: 'x' })
  // @ts-expect-error There is no such table.
  void typed.insert('patients', {})
  // @ts-expect-error There is no such column.
  void typed.get('cards', { column: 'nowhere', values: [] })
})

it('takes any table and column where none are named', () => {
  const loose = createSkyflowVault({ client, audience: 'cards', vaultId: 'v' })
  expectTypeOf(loose).toEqualTypeOf<SkyflowVault>()
  void loose.insert('anything', { whatever: 1 })
  void loose.insert('anything', [{ whatever: 1 }], { continueOnError: true })
})

it('gives one for one, a list for a list, outcomes for each for itself', async () => {
  const card = { card_number: '4', expiry_year: 2030 }
  expectTypeOf((await vault.insert('cards', card)).id).toEqualTypeOf<string>()
  expectTypeOf((await vault.insert('cards', [card])).length).toEqualTypeOf<number>()
  const [outcome] = await vault.insert('cards', [card], { continueOnError: true })
  if (outcome?.ok === false) expectTypeOf(outcome.error).toEqualTypeOf<SkyflowError>()
  if (outcome?.ok)
    expectTypeOf(outcome.value.tokens?.expiry_year).toEqualTypeOf<string | undefined>()
  expectTypeOf((await vault.detokenize('t')).token).toEqualTypeOf<string>()
  const revealed = await vault.detokenize(['t'], { continueOnError: true })
  expectTypeOf(revealed).toExtend<readonly Outcome<{ token: string }>[]>()
})

it('keeps the type of a column in plain text only', async () => {
  const plain = await vault.get('cards', 'id', { redaction: 'PLAIN_TEXT' })
  expectTypeOf(plain.fields.expiry_year).toEqualTypeOf<number | undefined>()
  const masked = await vault.get('cards', ['id'], { redaction: 'MASKED' })
  expectTypeOf(masked[0]?.fields.expiry_year).toEqualTypeOf<number | string | undefined>()
  const shown = await vault.get('cards', 'id')
  expectTypeOf(shown.fields.expiry_year).toEqualTypeOf<number | string | undefined>()
})

it('fits a broker that is typed by its minters', () => {
  const broker = createBroker({
    audiences: { cards: skyflow({ credentials: './credentials.json', vaultUrl: 'https://x' }) },
    insecureDev: true,
  })
  const tokens = createTokenClient<typeof broker>('/api/broker')
  void createSkyflowVault({ client: tokens, audience: 'cards', vaultId: 'v' })
  void createSkyflowVault<{ cards: Card }>({ client: tokens, audience: 'cards', vaultId: 'v' })
  expectTypeOf(skyflowBearer(tokens, 'cards')).toEqualTypeOf<() => Promise<string>>()
  // @ts-expect-error The broker has no such audience.
  void skyflowBearer(tokens, 'nowhere')
})

it('types tables by their schemas, as they are written and as they are read', async () => {
  const count = v.pipe(v.string(), v.transform(Number))
  const tables = { cards: v.object({ card_number: v.string(), uses: count }) }
  const typed = createSkyflowVault({ client, audience: 'cards', vaultId: 'v', tables })
  void typed.insert('cards', { card_number: '4', uses: '7' })
  // @ts-expect-error It is written as a text.
  void typed.insert('cards', { card_number: '4', uses: 7 })
  // @ts-expect-error There is no such table.
  void typed.insert('patients', {})
  const { fields } = await typed.get('cards', 'id', { redaction: 'PLAIN_TEXT' })
  expectTypeOf(fields.uses).toEqualTypeOf<number | undefined>()
})

it('knows what each operation of a batch gives', async () => {
  const operations = [
    { insert: 'cards', fields: { card_number: '4', expiry_year: 2030 } },
    { get: 'cards', id: insertedId(0), redaction: 'MASKED' },
    { delete: 'cards', id: 'x' },
  ] as const
  const [stored, seen, gone] = await vault.batch(operations)
  expectTypeOf(stored.tokens?.card_number).toEqualTypeOf<string | undefined>()
  expectTypeOf(seen.fields.expiry_year).toEqualTypeOf<number | string | undefined>()
  expectTypeOf(gone).toEqualTypeOf<string>()
  const [outcome] = await vault.batch(operations, { continueOnError: true })
  if (!outcome.ok) expectTypeOf(outcome.error).toEqualTypeOf<SkyflowError>()
  // @ts-expect-error There is no such column.
  void vault.batch([{ insert: 'cards', fields: { nowhere: 1 } }])
})

it('types records that are gone through, and rows that are checked', async () => {
  for await (const { fields } of vault.records('cards', { redaction: 'PLAIN_TEXT' }))
    expectTypeOf(fields.expiry_year).toEqualTypeOf<number | undefined>()
  const [row] = await vault.query('SELECT 1', { schema: v.object({ total: v.number() }) })
  expectTypeOf(row?.fields.total).toEqualTypeOf<number | undefined>()
})
