/** Runs many operations of any kind in one request, as the vendor's older clients do. */
import type { Hono } from 'hono'
import { deleted, type DeletedRecord, type WrittenRecord, written } from './answers.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { invalidRequest, SkyflowError } from './errors.ts'
import { checkCount } from './limits.ts'
import { readJson } from './request-body.ts'
import { batch, type BatchRecord, type Byot, read } from './request-shapes.ts'
import type { Fields } from './store.ts'
import type { Vault } from './vault.ts'

type Outcome = { records: WrittenRecord[] } | { fields: Fields } | WrittenRecord | DeletedRecord

/** Of each at most 25: a client that inserts 25 records asks for their tokens in the same request. */
const METHODS = ['POST', 'PUT', 'GET', 'DELETE'] as const

/** An earlier answer's member: `$responses.0.records.0.skyflow_id`. */
const REFERENCE = /^\$responses\.(\d+)\.(.+)$/

export function addBatchRoute(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  app.post('/v1/vaults/:vaultId', async (context) => {
    const { records, continueOnError, byot } = read(await readJson(context.req), batch)
    for (const wanted of METHODS)
      checkCount(
        `records (${wanted})`,
        records.filter(({ method }) => method === wanted),
      )
    const vault = context.get('vault')
    const { vaultId } = state
    const runNext = createRun(vault, byot)
    if (continueOnError) {
      const responses = records.map((record) => outcomeOf(() => runNext(record)))
      const isPartial = responses.some(({ Status }) => Status !== 200)
      return context.json({ vaultID: vaultId, responses }, isPartial ? 207 : 200)
    }
    const responses = state.store().atomically(() => records.map(runNext))
    return context.json({ vaultID: vaultId, responses })
  })
}

/** Runs one record after the other; each may name what those before it answered. */
function createRun(vault: Vault, byot: Byot | undefined): (record: BatchRecord) => Outcome {
  const earlier: unknown[] = []
  return (record) => {
    const slot = earlier.push(undefined) - 1
    const outcome = run(vault, { ...record, ID: resolve(record.ID, earlier) }, byot)
    earlier[slot] = outcome
    return outcome
  }
}

function run(vault: Vault, record: BatchRecord, byot: Byot | undefined): Outcome {
  const { method, tableName: table, ID: id, fields = {}, tokens, tokenization, upsert } = record
  const writing = { fields, tokens, byot }
  if (method === 'POST')
    return { records: [written(vault.insert(table, { ...writing, upsert }), tokenization)] }
  if (id === undefined) throw invalidRequest(`${method} needs an ID.`)
  if (method === 'PUT') return written(vault.update(table, id, writing), tokenization)
  if (method === 'GET') {
    const { redaction } = record
    return { fields: vault.show(table, vault.row(table, id), { redaction, tokenization }) }
  }
  vault.remove(table, id)
  return deleted(id)
}

function outcomeOf(run: () => Outcome): { Body: Outcome | { error: string }; Status: number } {
  try {
    return { Body: run(), Status: 200 }
  } catch (error) {
    if (!(error instanceof SkyflowError)) throw error
    return { Body: { error: error.message }, Status: error.status }
  }
}

function resolve(id: string | undefined, earlier: readonly unknown[]): string | undefined {
  const [, index, path] = REFERENCE.exec(id ?? '') ?? []
  if (index === undefined || path === undefined) return id
  const value = path.split('.').reduce(memberOf, earlier[Number(index)])
  if (typeof value === 'string') return value
  throw invalidRequest(`${id} leads to nothing.`)
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return new Map<string, unknown>(Object.entries(value)).get(name)
}
