/** Lists what every node holds, apart from what only some do. */
import type { ListResult } from '../definition-types.ts'
import type { NodeApi } from '../node-api.ts'
import { type NodeCall, refOf } from '../node-call.ts'
import type { CallOptions } from '../types.ts'
import { askAll, type VaultContext } from '../vault-context.ts'

export interface Listing<T> {
  callOf: (api: NodeApi) => NodeCall<readonly T[]>
  /** The same on all nodes. */
  nameOf: (item: T) => string
}

export async function listOnAll<T>(
  context: VaultContext,
  { callOf, nameOf }: Listing<T>,
  { signal }: CallOptions = {},
): Promise<ListResult<T>> {
  const { answered, outcomes, missing } = await askAll(context, callOf, signal)
  const held = answered.map(({ node, value }) => ({ node, names: new Set(value.map(nameOf)) }))
  const byName = new Map(
    answered.toReversed().flatMap(({ value }) => value.map((item) => [nameOf(item), item])),
  )
  const first = answered.flatMap(({ value }) => value.map(nameOf))
  const judged = [...new Set(first)].flatMap((name) => {
    const item = byName.get(name)
    if (item === undefined) return []
    const lacking = held.filter(({ names }) => !names.has(name))
    return [{ item, missingFrom: lacking.map(({ node }) => refOf(node)) }]
  })
  return {
    items: judged.filter(({ missingFrom }) => missingFrom.length === 0).map(({ item }) => item),
    incomplete: judged.filter(({ missingFrom }) => missingFrom.length > 0),
    missing,
    nodes: outcomes,
  }
}
