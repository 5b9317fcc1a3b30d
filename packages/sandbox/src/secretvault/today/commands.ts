/** What today's routes ask of a token. */

type Deed = 'create' | 'read' | 'update' | 'delete' | 'execute'
type Realm = 'builders' | 'data' | 'collections' | 'queries' | 'users' | 'credits'

export function command(realm: Realm, deed: Deed): string {
  return `/nil/db/${realm}/${deed}`
}

export const REVOKE = '/nuc/revoke'
