/** Where the credentials may go: NexusRunDB's own hosts, those allowed by name, this machine. */
import type { Report } from './fields.ts'

export interface AddressOptions {
  baseUrl?: string
  serverId?: string
  databaseId?: string
  hosts?: readonly string[]
}

export interface Database {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly databaseId: string
}

const OWN_HOST = /^[a-z0-9-]+\.nexusrun\.com$/
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/
const SERVER_ID = /^[a-z0-9-]{1,63}$/i
const EXAMPLE = 'https://<serverId>.nexusrun.com/databases/<databaseId>'
const MEND = `give baseUrl, such as ${EXAMPLE}, or serverId with databaseId`

/** The database, or `undefined` with every fault reported. */
export function readDatabase(options: AddressOptions, report: Report): Database | undefined {
  const { baseUrl, serverId, databaseId } = options
  if (baseUrl !== undefined) return fromUrl(options, report)
  if (serverId === undefined || databaseId === undefined)
    return report(
      serverId === undefined && databaseId !== undefined ? 'serverId' : 'databaseId',
      'is missing',
      MEND,
    )
  if (typeof serverId !== 'string' || !SERVER_ID.test(serverId))
    return report('serverId', 'is not the short name of a location, as the portal shows it')
  if (!isDatabaseId(databaseId))
    return report('databaseId', 'is not the id of a database, as the portal shows it')
  const path = `/databases/${encodeURIComponent(databaseId)}`
  return { baseUrl: `https://${serverId.toLowerCase()}.nexusrun.com${path}`, databaseId }
}

function fromUrl(options: AddressOptions, report: Report): Database | undefined {
  const { baseUrl, serverId, databaseId, hosts = [] } = options
  if (serverId !== undefined)
    return report('serverId', 'stands beside baseUrl', 'remove one of the two')
  const url = typeof baseUrl === 'string' ? URL.parse(baseUrl) : null
  if (url === null)
    return report('baseUrl', 'is not an absolute URL', `give one such as ${EXAMPLE}`)
  if (url.username || url.password)
    return report(
      'baseUrl',
      'holds a user name or password',
      'remove it; they are options of their own',
    )
  if (url.search || url.hash) return report('baseUrl', 'holds a query or fragment', 'remove it')
  const { hostname, host, protocol, port } = url
  const isLocal = LOOPBACK.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
    return report('baseUrl', 'must begin with https://, or http:// on this machine (localhost)')
  if (!isLocal && !hosts.includes(host) && !(OWN_HOST.test(hostname) && port === ''))
    return report('baseUrl', "is on a host that is not NexusRunDB's", 'name the host in hosts')
  const path = url.pathname.replace(/\/$/, '')
  const id = databaseId ?? idIn(path)
  if (!isDatabaseId(id))
    return report('baseUrl', 'does not end in /databases/<databaseId>', 'give databaseId besides')
  return { baseUrl: url.origin + path, databaseId: id }
}

function idIn(path: string): string | undefined {
  const [, id = ''] = /\/databases\/([^/]+)$/.exec(path) ?? []
  try {
    return decodeURIComponent(id)
  } catch {
    return undefined
  }
}

function isDatabaseId(id: unknown): id is string {
  return typeof id === 'string' && /^[^/\p{Cc}]{1,128}$/u.test(id) && !/^\.{1,2}$/.test(id)
}
