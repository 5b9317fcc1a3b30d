/** Creates, reads, updates, removes records. */
import type { Hono } from 'hono'
import { applyCoercions } from './coercion.ts'
import type { NodeEnvironment, NodeState } from './environment.ts'
import { insertInto } from './insertion.ts'
import { readBody } from './request-body.ts'
import {
  bySchema,
  newRecords,
  nonEmptyFilter,
  recordFilter,
  recordUpdate,
} from './request-shapes.ts'

const PATH = '/api/v1/data'
const TAIL_LENGTH = 25

export function addDataRoutes(app: Hono<NodeEnvironment>, node: NodeState): void {
  app.post(`${PATH}/create`, async (context) => {
    const { schema, data } = await readBody(context, newRecords)
    const records = node.store().schemas.recordsOf(context.get('account')._id, schema)
    node.store().schemas.validate(schema, data)
    return context.json({ data: insertInto(records, { records: data }, node) })
  })

  app.post(`${PATH}/read`, async (context) => {
    const { schema, filter } = await readBody(context, recordFilter)
    const records = node.store().schemas.recordsOf(context.get('account')._id, schema)
    return context.json({ data: records.find(applyCoercions(filter)) })
  })

  app.post(`${PATH}/update`, async (context) => {
    const { schema, filter, update } = await readBody(context, recordUpdate)
    const records = node.store().schemas.recordsOf(context.get('account')._id, schema)
    return context.json({ data: records.update(applyCoercions(filter), applyCoercions(update)) })
  })

  app.post(`${PATH}/delete`, async (context) => {
    const { schema, filter } = await readBody(context, nonEmptyFilter)
    const records = node.store().schemas.recordsOf(context.get('account')._id, schema)
    return context.json({ data: deleted(records.remove(applyCoercions(filter))) })
  })

  app.post(`${PATH}/flush`, async (context) => {
    const { schema } = await readBody(context, bySchema)
    const records = node.store().schemas.recordsOf(context.get('account')._id, schema)
    return context.json({ data: deleted(records.removeAll()) })
  })

  app.post(`${PATH}/tail`, async (context) => {
    const { schema } = await readBody(context, bySchema)
    const records = node.store().schemas.recordsOf(context.get('account')._id, schema)
    return context.json({ data: records.find({}).slice(0, TAIL_LENGTH) })
  })
}

function deleted(count: number): { acknowledged: true; deletedCount: number } {
  return { acknowledged: true, deletedCount: count }
}
