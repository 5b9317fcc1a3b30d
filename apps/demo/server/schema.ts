/** The demo's one SecretVault schema, put on every node that lacks it. */
import type { GroupMember, GroupMinter } from '@valetkey/broker'
import { SCHEMA_ID } from './schema-id.ts'
import { StartError } from './start-error.ts'

const share = {
  type: 'object',
  properties: { '%share': { type: 'string' } },
  required: ['%share'],
  additionalProperties: false,
}

const SCHEMA = {
  _id: SCHEMA_ID,
  name: 'Valet Key demo: patient notes',
  schema: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'array',
    items: {
      type: 'object',
      properties: {
        _id: { type: 'string', format: 'uuid', coerce: true },
        name: { type: 'string', maxLength: 200 },
        writtenAt: { type: 'string', maxLength: 40 },
        diagnosis: share,
      },
      required: ['_id', 'name', 'writtenAt', 'diagnosis'],
      additionalProperties: false,
    },
  },
}

const SETUP_TOKEN_MS = 60_000
const SETUP_DEADLINE_MS = 15_000

/**
 * Makes sure that every node knows the schema.
 *
 * @throws {StartError} naming the node that cannot be reached or refuses.
 */
export async function ensureSchema(group: string, minter: GroupMinter): Promise<void> {
  await Promise.all(minter.members().map((node) => ensureOnNode(group, minter, node)))
}

async function ensureOnNode(group: string, minter: GroupMinter, node: GroupMember): Promise<void> {
  const signal = AbortSignal.timeout(SETUP_DEADLINE_MS)
  const { value } = await minter.mint({
    audience: `${group}/${node.name}`,
    member: node.name,
    lifetimeMs: SETUP_TOKEN_MS,
    signal,
  })
  const url = new URL('api/v1/schemas', withSlash(node.resource))
  const headers = { authorization: `Bearer ${value}`, 'content-type': 'application/json' }
  const known = await ask(node, url, { headers, signal })
  if (hasSchema(await known.json())) return
  await ask(node, url, { method: 'POST', headers, body: JSON.stringify(SCHEMA), signal })
}

async function ask(node: GroupMember, url: URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => {
    throw new StartError(`Node ${node.resource} cannot be reached. Check its url in the cluster.`, {
      cause: error,
    })
  })
  if (response.ok) return response
  await response.body?.cancel()
  throw new StartError(
    response.status === 401
      ? `Node ${node.resource} refuses the organization's token. Check secretKey, orgDid and the node's did; the organization must be registered on the node.`
      : `Node ${node.resource} answered ${response.status} when asked for its schemas. Look at its log.`,
  )
}

function hasSchema(body: unknown): boolean {
  const { data } = body as { data?: unknown }
  return Array.isArray(data) && data.some((schema: { _id?: unknown }) => schema._id === SCHEMA_ID)
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}
