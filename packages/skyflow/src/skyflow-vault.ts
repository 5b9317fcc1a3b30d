/** The vault client: one object for all operations on one vault. */
import type { BrokerShape } from '@valetkey/client'
import { deleteRecords, updateRecord } from './operations/change.ts'
import { createInsertion } from './operations/insertion.ts'
import { createRetrieval } from './operations/retrieval.ts'
import { createDetokenization, tokenize } from './operations/tokens.ts'
import type { AnyTables, SkyflowVault } from './types.ts'
import { createRun, type SkyflowVaultOptions } from './vault-context.ts'

/**
 * Creates the vault client. Tokens come and stay in `client`; where the broker proxies the audience, the
 * calls go through it.
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
export function createSkyflowVault<
  T extends object = AnyTables,
  B extends BrokerShape = BrokerShape,
>(options: SkyflowVaultOptions<B>): SkyflowVault<T> {
  const run = createRun(options)
  const vault: SkyflowVault = {
    insert: createInsertion(run),
    get: createRetrieval(run),
    update: (table, change, o) => updateRecord(run, { table, ...change }, o),
    delete: (table, ids, o) => deleteRecords(run, { table, ids }, o),
    detokenize: createDetokenization(run),
    tokenize: (values, o) => tokenize(run, values, o),
  }
  // The parse boundary: a table's columns are the vault's to vouch for.
  return vault as unknown as SkyflowVault<T>
}
