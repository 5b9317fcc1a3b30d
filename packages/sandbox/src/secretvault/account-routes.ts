/** Registers organizations, shows them their account. */
import type { Hono } from 'hono'
import type { NodeEnvironment, NodeState } from './environment.ts'
import { dataValidationError, NodeError } from './errors.ts'
import { isDidOfKey } from './identity.ts'
import { readBody } from './request-body.ts'
import { registration, removal } from './request-shapes.ts'

const PATH = '/api/v1/accounts'

export function addAccountRoutes(app: Hono<NodeEnvironment>, node: NodeState): void {
  app.get(PATH, (context) => {
    const account = context.get('account')
    const { schemas, queries } = node.store()
    const data = {
      ...account,
      subscription: { active: node.conditions.settings().subscription === 'active' },
      schemas: idsOf(schemas.ofOwner(account._id)),
      queries: idsOf(queries.ofOwner(account._id)),
    }
    return context.json({ data })
  })

  app.post(PATH, async (context) => {
    const body = await readBody(context, registration)
    if (body.did === node.identity().didNil)
      throw new NodeError(400, ['DuplicateEntryError', `document: ${JSON.stringify(body)}`])
    if (!isDidOfKey(body.did, body.publicKey))
      throw dataValidationError(['DID not derived from public key'])
    node.store().accounts.register(body, node.now())
    return new Response(null, { status: 201 })
  })

  // Only administrators may, and no organization is one.
  app.delete(PATH, async (context) => {
    await readBody(context, removal)
    return context.text('Unauthorized', 401)
  })
  app.all('/api/v1/admin/*', (context) => context.text('Unauthorized', 401))
}

function idsOf(documents: readonly { _id: string }[]): string[] {
  return documents.map(({ _id }) => _id)
}
