/** Inserts, reads, updates, deletes records. */
import type { Hono } from 'hono'
import { deleted, written } from './answers.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { checkCount } from './limits.ts'
import { listRows } from './listing.ts'
import { readJson } from './request-body.ts'
import { insertion, read, readListing, removal, update } from './request-shapes.ts'

const TABLE = '/v1/vaults/:vaultId/:table'
const RECORD = `${TABLE}/:id`
const EVERY_RECORD = '*'

export function addRecordRoutes(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  app.post(TABLE, async (context) => {
    const { records, tokenization, upsert, byot } = read(await readJson(context.req), insertion)
    checkCount('records', records)
    const vault = context.get('vault')
    const { table } = context.req.param()
    const rows = state
      .store()
      .atomically(() => records.map((draft) => vault.insert(table, { ...draft, byot, upsert })))
    return context.json({ records: rows.map((row) => written(row, tokenization)) })
  })

  app.get(TABLE, (context) => {
    const vault = context.get('vault')
    const { table } = context.req.param()
    const listing = readListing(new URL(context.req.url).searchParams)
    const rows = listRows(vault, table, listing)
    return context.json({
      records: rows.map((row) => ({ fields: vault.show(table, row, listing) })),
    })
  })

  app.get(RECORD, (context) => {
    const vault = context.get('vault')
    const { table, id } = context.req.param()
    const listing = readListing(new URL(context.req.url).searchParams)
    return context.json({ fields: vault.show(table, vault.row(table, id), listing) })
  })

  app.put(RECORD, async (context) => {
    const { record, tokenization, byot } = read(await readJson(context.req), update)
    const { table, id } = context.req.param()
    const row = context.get('vault').update(table, id, { ...record, byot })
    return context.json(written(row, tokenization))
  })

  app.delete(RECORD, (context) => {
    const { table, id } = context.req.param()
    context.get('vault').remove(table, id)
    return context.json(deleted(id))
  })

  app.delete(TABLE, async (context) => {
    const { skyflow_ids } = read(await readJson(context.req), removal)
    checkCount('skyflow_ids', skyflow_ids)
    const vault = context.get('vault')
    const { table } = context.req.param()
    const isAll = skyflow_ids.includes(EVERY_RECORD)
    const ids = isAll ? vault.rows(table).map(({ id }) => id) : skyflow_ids
    state.store().atomically(() => {
      for (const id of ids) vault.remove(table, id)
    })
    return context.json({ RecordIDResponse: ids })
  })
}
