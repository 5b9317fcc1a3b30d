/** Lists, adds, removes the schemas of an organization. */
import type { Hono } from 'hono'
import type { NodeEnvironment, NodeState } from './environment.ts'
import { dataValidationError } from './errors.ts'
import { createRecordValidator } from './json-schema.ts'
import { readBody } from './request-body.ts'
import { byId, newSchema, newSchemaV04 } from './request-shapes.ts'

const PATH = '/api/v1/schemas'

export function addSchemaRoutes(app: Hono<NodeEnvironment>, node: NodeState): void {
  app.get(PATH, (context) =>
    context.json({ data: node.store().schemas.ofOwner(context.get('account')._id) }),
  )

  // The real node does not compile the schema here: a wrong one shows when the first records come.
  app.post(PATH, async (context) => {
    const body = await readBody(context, node.seedVersion === '0.4' ? newSchemaV04 : newSchema)
    if (node.isStrict) createRecordValidator(body.schema, dataValidationError)
    node.store().schemas.add(context.get('account')._id, body, node.now())
    return new Response(null, { status: 201 })
  })

  app.delete(PATH, async (context) => {
    const { id } = await readBody(context, byId)
    node.store().schemas.remove(context.get('account')._id, id)
    return new Response(null, { status: 204 })
  })
}
