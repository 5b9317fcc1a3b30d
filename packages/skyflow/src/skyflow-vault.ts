/** The vault client: one object for all operations on one vault. */
import type { BrokerShape } from '@valetkey/client'
import { createOperations } from './operations/operations.ts'
import type { InputOf, OutputOf, TableSchemas } from './standard-schema.ts'
import type { AnyTables } from './types.ts'
import { createRun, type SkyflowVaultOptions } from './vault-context.ts'
import type { SkyflowVault } from './vault-types.ts'

/** A vault client whose tables are typed by their schemas. */
export type CheckedVault<S extends TableSchemas> = SkyflowVault<
  { [K in keyof S]: OutputOf<S[K]> & object },
  { [K in keyof S]: InputOf<S[K]> }
>

export interface TablesOption<S extends TableSchemas> {
  /**
   * A Standard Schema (zod, valibot, arktype …) for each table: types it, and checks what is inserted before
   * anything is sent. Without it name the tables as a type: `createSkyflowVault<{ cards: Card }>`.
   */
  tables: S
}

/**
 * Creates the vault client. Tokens come and stay in `client`; where the broker proxies the audience, the
 * calls go through it. Name the tables by `tables`, or as a type.
 *
 * Every operation throws `SkyflowError`; `TokenError` if no token can be had; the platform's `AbortError`
 * for a caller who gives up.
 *
 * @throws {SkyflowError} `config` for an option that cannot work.
 * @example
 * ```ts
 * const vault = createSkyflowVault<{ cards: Card }>({ client: tokens, audience: 'cards', vaultId })
 * const { id } = await vault.insert('cards', { card_number: '4111111111111111' })
 * const { fields } = await vault.get('cards', id, { redaction: 'MASKED' })
 * ```
 */
export function createSkyflowVault<S extends TableSchemas, B extends BrokerShape = BrokerShape>(
  options: SkyflowVaultOptions<B> & TablesOption<S>,
): CheckedVault<S>
export function createSkyflowVault<
  T extends object = AnyTables,
  B extends BrokerShape = BrokerShape,
>(options: SkyflowVaultOptions<B>): SkyflowVault<T>
export function createSkyflowVault({
  tables = {},
  ...options
}: SkyflowVaultOptions & Partial<TablesOption<TableSchemas>>): SkyflowVault {
  return createOperations(createRun(options), tables)
}
