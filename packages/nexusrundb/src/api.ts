/** The calls of the database: those documented, those assumed, and how the latter are set right. */
import { NexusRunDbError } from './nexusrundb-error.ts'

/**
 * How the database is called. A route is a method with a path below the database, in which `{bucket}`, `{key}`,
 * `{permission}` and `{accessKey}` are filled in. Documented are `ping`, `write`, `renameBucket`, and the places
 * in the paths of permissions though not their order; the rest is assumed.
 */
export interface NexusRunDbApi {
  ping: string
  write: string
  read: string
  list: string
  delete: string
  renameKey: string
  renameBucket: string
  addPermission: string
  removePermission: string
  listPermissions: string
  accessKey: string
  /** The member of a rename's body that holds the new id. */
  newIdField: string
  pageParam: string
  pageSizeParam: string
  /** Ids of keys in the answer of a list. @default texts, or their member `key`, `keyid`, `id` or `name` */
  keysIn?: (content: unknown) => readonly string[] | undefined
}

export type RouteName = Exclude<
  keyof NexusRunDbApi,
  'newIdField' | 'pageParam' | 'pageSizeParam' | 'keysIn'
>

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const DEFAULT_API: NexusRunDbApi = {
  ping: 'GET ping',
  write: 'POST buckets/{bucket}/keys/{key}',
  read: 'GET buckets/{bucket}/keys/{key}',
  list: 'GET buckets/{bucket}/keys',
  delete: 'DELETE buckets/{bucket}/keys/{key}',
  renameKey: 'POST buckets/{bucket}/keys/{key}/rename',
  renameBucket: 'POST buckets/{bucket}/rename',
  addPermission: 'POST buckets/{bucket}/permissions/{permission}/{accessKey}',
  removePermission: 'DELETE buckets/{bucket}/permissions/{permission}/{accessKey}',
  listPermissions: 'GET buckets/{bucket}/permissions',
  accessKey: 'GET accesskeys/{accessKey}',
  newIdField: 'id',
  pageParam: 'page',
  pageSizeParam: 'pagesize',
}

const ROUTE = /^(GET|POST|PUT|PATCH|DELETE) ((?:[\w.~-]|\{\w+\})+(?:\/(?:[\w.~-]|\{\w+\})+)*)$/
const NAME = /^[\w.-]{1,64}$/
const PLACE = /\{(\w+)\}/g
const NAMES: readonly string[] = ['newIdField', 'pageParam', 'pageSizeParam']

/** @throws {NexusRunDbError} `config` for what cannot be. */
export function completeApi(api: Partial<NexusRunDbApi> = {}): NexusRunDbApi {
  for (const [name, value] of Object.entries(api)) {
    if (!Object.hasOwn(DEFAULT_API, name) && name !== 'keysIn')
      throw new NexusRunDbError('config', `api.${name} is not a call of the database`)
    const pattern = NAMES.includes(name) ? NAME : ROUTE
    if (name === 'keysIn' ? typeof value !== 'function' : !pattern.test(String(value)))
      throw new NexusRunDbError('config', `api.${name} must be like ${exampleOf(name)}`)
  }
  return { ...DEFAULT_API, ...api }
}

function exampleOf(name: string): string {
  return name === 'keysIn' ? '(content) => content.keys' : String(Reflect.get(DEFAULT_API, name))
}

export interface Route {
  readonly method: Method
  /** Relative to the database, percent-encoded. */
  readonly path: string
}

/** The values have been checked; what they hold stays within their place. */
export function routeOf(route: string, values: Readonly<Record<string, string>>): Route {
  const [, method = '', template = ''] = ROUTE.exec(route) ?? []
  const path = template.replaceAll(PLACE, (_, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  )
  return { method: method as Method, path }
}
