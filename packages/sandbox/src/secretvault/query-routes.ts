/** Lists, adds, removes, runs the queries of an organization. */
import type { Hono } from 'hono'
import { isObject } from './coercion.ts'
import type { NodeEnvironment, NodeState } from './environment.ts'
import { dataValidationError } from './errors.ts'
import { checkPipeline } from './pipeline-schema.ts'
import { runPipeline } from './pipeline.ts'
import { injectVariables, readVariables } from './query-variables.ts'
import { readBody } from './request-body.ts'
import { byId, newQuery, queryRun } from './request-shapes.ts'

const PATH = '/api/v1/queries'

export function addQueryRoutes(app: Hono<NodeEnvironment>, node: NodeState): void {
  app.get(PATH, (context) =>
    context.json({ data: node.store().queries.ofOwner(context.get('account')._id) }),
  )

  app.post(PATH, async (context) => {
    const body = await readBody(context, newQuery)
    // The real node means to, and does not.
    if (node.isStrict) checkPipeline(body.pipeline, dataValidationError)
    node.store().queries.add(context.get('account')._id, body, node.now())
    return new Response(null, { status: 201 })
  })

  app.delete(PATH, async (context) => {
    const { id } = await readBody(context, byId)
    node.store().queries.remove(context.get('account')._id, id)
    return new Response(null, { status: 204 })
  })

  app.post(`${PATH}/execute`, async (context) => {
    const { id, variables } = await readBody(context, queryRun)
    const { queries, schemas } = node.store()
    const query = queries.find(context.get('account')._id, id)
    const values = readVariables(query.variables, variables)
    const pipeline = query.pipeline.map((stage) => injectVariables(stage, values)).filter(isObject)
    const source = schemas.collection(query.schema)
    return context.json({ data: runPipeline(source, pipeline, schemas.database) })
  })
}
