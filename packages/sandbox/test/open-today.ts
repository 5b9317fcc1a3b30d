/** Opens a node for a test of today's API, with a collection on it. */
import { mintNuc } from './nuc-tokens.ts'
import { type OpenNode, type OpenOptions, openNode } from './open-node.ts'

export const COLLECTION_ID: string = '11111111-1111-4111-8111-111111111111'

export interface OpenToday extends OpenNode {
  /** Sends a call with a fresh token of the builder, or with the one given. */
  ask(route: `${string} /${string}`, body?: unknown, token?: string): Promise<Response>
}

export async function openToday(options: OpenOptions = {}): Promise<OpenToday> {
  const node = await openNode(options)
  return {
    ...node,
    ask: async (route, body, token) => node.call(route, body, token ?? (await mintNuc())),
  }
}

export const itemSchema: object = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      _id: { type: 'string', format: 'uuid', coerce: true },
      service: { type: 'string' },
      at: { type: 'string', format: 'date-time', coerce: true },
      age: { type: 'number' },
    },
    required: ['_id', 'service'],
  },
}

export async function openWithCollection(
  options: OpenOptions & { type?: 'standard' | 'owned' } = {},
): Promise<OpenToday> {
  const { type = 'standard', ...rest } = options
  const node = await openToday(rest)
  const collection = { _id: COLLECTION_ID, type, name: 'c', schema: itemSchema }
  const response = await node.ask('POST /v1/collections', collection)
  if (response.status !== 201) throw new Error(`The collection was not added: ${response.status}`)
  return node
}

export const id = (digit: number): string => `aaaaaaaa-aaaa-4aaa-8aaa-00000000000${digit}`

export function create(node: OpenToday, ...data: object[]): Promise<Response> {
  return node.ask('POST /v1/data/standard', { collection: COLLECTION_ID, data })
}

export async function find(node: OpenToday, filter: object): Promise<unknown[]> {
  const response = await node.ask('POST /v1/data/find', { collection: COLLECTION_ID, filter })
  const { data } = await response.json()
  return data
}
