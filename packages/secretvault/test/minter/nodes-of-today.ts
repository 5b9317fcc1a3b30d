/** Nodes of today with two collections and two queries, to try tokens of the minter on. */
import { randomUUID } from 'node:crypto'
import type { MintRequest } from '@valetkey/broker'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import { secretvault, type SecretVaultMinterOptions } from '../../src/minter/index.ts'

export interface Call {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  body?: object
}

export interface Place {
  readonly close: () => Promise<void>
  sandbox: Sandbox
  /** The first node. */
  url: string
  collections: readonly [string, string]
  queries: readonly [string, string]
  /** The status of a call to the first node. */
  readonly statusOf: (call: Call, token: string) => Promise<number>
  readonly answerOf: (call: Call, token: string) => Promise<Response>
  /** A minter of NUCs for these nodes. */
  readonly minter: (options?: Partial<SecretVaultMinterOptions>) => ReturnType<typeof secretvault>
  /** A token for the first node. */
  readonly tokenOf: (scope?: string, options?: Partial<SecretVaultMinterOptions>) => Promise<string>
}

export const requestOf = (changes: Partial<MintRequest>): MintRequest => ({
  audience: 'records',
  lifetimeMs: 60_000,
  signal: new AbortController().signal,
  ...changes,
})

const EVERYTHING = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'array' }

export async function openPlace(): Promise<Place> {
  const sandbox = await startSandbox()
  const { secretvault: cluster } = sandbox
  const url = cluster.nodes[0]?.url ?? ''
  const collections = [randomUUID(), randomUUID()] as const
  const queries = [randomUUID(), randomUUID()] as const

  const minter = (options: Partial<SecretVaultMinterOptions> = {}) =>
    secretvault({ cluster, tokenFormat: 'nuc', ...options })
  const tokenOf: Place['tokenOf'] = async (scope, options) => {
    const source = minter(options)
    const member = source.members()[0]?.name ?? ''
    const request = requestOf({ member, ...(scope !== undefined && { scope }) })
    return (await source.mint(request)).value
  }
  const answerOf: Place['answerOf'] = ({ method, path, body }, token) =>
    fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  const statusOf: Place['statusOf'] = async (call, token) => (await answerOf(call, token)).status

  const all = await tokenOf()
  for (const _id of collections)
    await statusOf(
      {
        method: 'POST',
        path: '/v1/collections',
        body: { _id, type: 'standard', name: 'notes', schema: EVERYTHING },
      },
      all,
    )
  for (const [i, _id] of queries.entries())
    await statusOf(
      {
        method: 'POST',
        path: '/v1/queries',
        body: {
          _id,
          name: 'count',
          collection: collections[i],
          variables: {},
          pipeline: [{ $count: 'n' }],
        },
      },
      all,
    )
  const close = () => sandbox.close()
  return { close, sandbox, url, collections, queries, statusOf, answerOf, minter, tokenOf }
}
