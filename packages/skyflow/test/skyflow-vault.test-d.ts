import { createBroker } from '@valetkey/broker'
import { createTokenClient, type TokenClient } from '@valetkey/client'
import { expectTypeOf, it } from 'vitest'
import {
  createSkyflowVault,
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
