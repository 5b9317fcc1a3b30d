/** Lets users grant builders access to a document they own, lets them withdraw it. */
import type { JsonObject } from '../coercion.ts'
import { resourceAccessDenied } from '../errors.ts'
import { canonicalDid } from '../identity.ts'
import { parseUuid } from '../uuid.ts'
import { command } from './commands.ts'
import { canonicalAcl } from './creation-routes.ts'
import { grantAccessError, invalidData } from './errors.ts'
import { fromBody } from './input.ts'
import { addRoute, emptyAnswer, type RouteScope } from './route.ts'
import { type DocumentName, grant, withdrawal } from './shapes.ts'
import { requireUser } from './users.ts'

const PATH = '/v1/users/data/acl'
const IS_THE_BUILDER =
  'Collection owners cannot have their access revoked. To remove data, the data owner must delete it.'

export function addGrantRoutes(scope: RouteScope): void {
  const { node } = scope
  const store = () => node.store().today
  const sharing = { method: 'POST', for: 'user', command: command('users', 'update') } as const

  function requireOwn(did: string, { collection, document }: DocumentName): void {
    const owned = requireUser(store().users, did).data
    if (owned.some((own) => own.document === document && own.collection === collection)) return
    throw resourceAccessDenied('collection', document, did)
  }

  function change(did: string, { collection, document }: DocumentName, update: JsonObject): void {
    const filter = { _id: parseUuid(document), _owner: did }
    store().collections.recordsOf(collection).update(filter, update)
  }

  // A second grant to the same builder stands beside the first.
  addRoute(
    scope,
    { ...sharing, path: `${PATH}/grant`, input: fromBody(grant) },
    ({ input, did }) => {
      const acl = canonicalAcl(input.acl)
      store().builders.require(acl.grantee)
      if (!acl.read && !acl.write && !acl.execute)
        throw grantAccessError('document', input.document, acl)
      requireOwn(did, input)
      const entry = { op: 'grant-access', collection: input.collection, acl } as const
      store().users.log(did, [entry], node.now())
      change(did, input, { $push: { _acl: acl } })
      return emptyAnswer()
    },
  )

  addRoute(
    scope,
    { ...sharing, path: `${PATH}/revoke`, input: fromBody(withdrawal) },
    ({ input, did }) => {
      const grantee = canonicalDid(input.grantee)
      store().builders.require(grantee)
      const { owner } = store().collections.require(input.collection)
      requireOwn(did, input)
      if (owner === grantee) throw invalidData([IS_THE_BUILDER])
      const entry = { op: 'revoke-access', collection: input.collection, grantee } as const
      store().users.log(did, [entry], node.now())
      change(did, input, { $pull: { _acl: { grantee } } })
      return emptyAnswer()
    },
  )
}
