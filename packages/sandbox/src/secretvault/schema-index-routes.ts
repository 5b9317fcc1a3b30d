/** Describes the collection behind a schema. */
import type { Hono } from 'hono'
import type { NodeEnvironment, NodeState } from './environment.ts'
import { NodeError } from './errors.ts'
import { readBody, readParams } from './request-body.ts'
import { byId, newSchemaIndex } from './request-shapes.ts'
import { statisticsOf } from './statistics.ts'

const PATH = '/api/beta/schemas/:id'

export function addSchemaIndexRoutes(app: Hono<NodeEnvironment>, node: NodeState): void {
  app.get(`${PATH}/meta`, (context) => {
    const { id } = readParams(context, byId)
    const records = node.store().schemas.recordsOf(context.get('account')._id, id)
    const { firstWrite, lastWrite, count, size, indexes } = statisticsOf(records)
    return context.json({ data: { id, firstWrite, lastWrite, count, size, indexes } })
  })

  // The real node looks for the collection in the wrong one of its two databases.
  app.post(`${PATH}/indexes`, async (context) => {
    await readBody(context, newSchemaIndex)
    throw refused(readParams(context, byId).id, context.get('account')._id)
  })
  app.delete(`${PATH}/indexes/:name`, (context) => {
    throw refused(readParams(context, byId).id, context.get('account')._id)
  })

  function refused(id: string, owner: string): NodeError {
    node.store().schemas.recordsOf(owner, id)
    return new NodeError(404, ['PrimaryCollectionNotFoundError', `collection: ${id}`])
  }
}
