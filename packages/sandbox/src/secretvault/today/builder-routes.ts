/** Registers builders, shows them their profile, lets them go. */
import { canonicalDid } from '../identity.ts'
import { plainText } from '../plain-text.ts'
import { command } from './commands.ts'
import { duplicateEntry } from './errors.ts'
import { fromBody, nothing } from './input.ts'
import { removeCollection } from './owned-documents.ts'
import { addRoute, emptyAnswer, type RouteScope } from './route.ts'
import { builderUpdate, newBuilder } from './shapes.ts'

const REGISTER = '/v1/builders/register'
const ME = '/v1/builders/me'

export function addBuilderRoutes(scope: RouteScope): void {
  const { node } = scope
  const store = () => node.store().today
  addRegistration(scope)
  const own = { path: ME, for: 'builder' } as const

  addRoute(
    scope,
    { ...own, method: 'GET', input: nothing, command: command('builders', 'read') },
    ({ did }) => {
      const {
        did: _id,
        _created,
        _updated,
        name,
        collections,
        queries,
      } = store().builders.require(did)
      return Response.json({ data: { _id, _created, _updated, name, collections, queries } })
    },
  )

  addRoute(
    scope,
    {
      ...own,
      method: 'POST',
      input: fromBody(builderUpdate),
      command: command('builders', 'update'),
    },
    ({ input: { name }, did }) => {
      store().builders.rename(did, name, node.now())
      return emptyAnswer()
    },
  )

  addRoute(
    scope,
    { ...own, method: 'DELETE', input: nothing, command: command('builders', 'delete') },
    ({ did }) => {
      const { builders, collections, queries } = store()
      for (const { _id } of collections.ofOwner(did)) removeCollection(store(), _id, node.now())
      for (const { _id } of queries.ofOwner(did)) queries.remove(did, _id)
      builders.remove(did)
      return emptyAnswer()
    },
  )
}

function addRegistration(scope: RouteScope): void {
  const { node } = scope

  addRoute(
    scope,
    {
      method: 'POST',
      path: REGISTER,
      input: fromBody(newBuilder),
      for: 'itself',
      command: command('builders', 'create'),
    },
    ({ input: { did: asked, name }, did: caller }) => {
      const did = canonicalDid(asked)
      if (did !== caller) return plainText('Token subject does not match registration DID', 403)
      if (did === node.identity().didKey) throw duplicateEntry({ name, did })
      node.store().today.builders.register({ did, name }, node.now())
      return emptyAnswer(201)
    },
  )
}
