/** The operations on schemas, on queries, on records that users own. */
import type { NodeApi } from './node-api.ts'
import { createDefinition, listDefinitions, removeDefinition } from './operations/definitions.ts'
import * as owned from './operations/owned-records.ts'
import { runQuery } from './operations/query-run.ts'
import { watchQuery } from './operations/query-watch.ts'
import type { DocumentName } from './owned-types.ts'
import type { CallOptions } from './types.ts'
import type { VaultContext } from './vault-context.ts'
import type { OwnedOperations, SecretVault } from './vault-types.ts'

type SchemaNames = 'createSchema' | 'listSchemas' | 'deleteSchema'
type QueryNames = 'createQuery' | 'listQueries' | 'runQuery' | 'watchQuery' | 'deleteQuery'

export function schemaOperations(context: VaultContext): Pick<SecretVault, SchemaNames> {
  const remove = (api: NodeApi, id: string) => api.removeSchema(id)
  return {
    createSchema({ _id: given, ...schema }, options) {
      const create = (api: NodeApi, _id: string) => api.createSchema({ ...schema, _id })
      return createDefinition(context, { given, calls: { create, remove } }, options)
    },
    listSchemas: (options) => listDefinitions(context, (api) => api.listSchemas(), options),
    deleteSchema: (id, options) => removeDefinition(context, (api) => remove(api, id), options),
  }
}

export function queryOperations(context: VaultContext): Pick<SecretVault, QueryNames> {
  const remove = (api: NodeApi, id: string) => api.removeQuery(id)
  return {
    createQuery({ _id: given, ...query }, options) {
      const create = (api: NodeApi, _id: string) => api.createQuery({ ...query, _id })
      return createDefinition(context, { given, calls: { create, remove } }, options)
    },
    listQueries: (options) => listDefinitions(context, (api) => api.listQueries(), options),
    runQuery: (id, variables = {}, options) => runQuery(context, { id, variables }, options),
    watchQuery: (id, variables = {}, options) => watchQuery(context, { id, variables }, options),
    deleteQuery: (id, options) => removeDefinition(context, (api) => remove(api, id), options),
  }
}

export function ownedOperations(context: VaultContext): OwnedOperations {
  return {
    create: (collection, creation, o) => owned.createOwned(context, { collection, ...creation }, o),
    list: (o) => owned.listOwned(context, o),
    read: <T>(name: DocumentName, o?: CallOptions) => owned.readOwned<T>(context, name, o),
    update: (change, o) => owned.updateOwned(context, change, o),
    delete: (name, o) => owned.removeOwned(context, name, o),
    grant: (grant, o) => owned.grantAccess(context, grant, o),
    revoke: (grant, o) => owned.revokeAccess(context, grant, o),
  }
}
