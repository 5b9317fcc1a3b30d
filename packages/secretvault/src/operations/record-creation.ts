/** Creates records: a share of each secret on every node, or nothing anywhere. */
import { type Leftover, type Standing, undoFrom, writeToAll } from '../all-or-nothing.ts'
import { type Attempt, callNode, isUnsent, outcomeOf, refOf, type VaultNode } from '../node-call.ts'
import { type Creation, type NodeDocument, seedApi } from '../seed-api.ts'
import { checkId } from '../record-id.ts'
import type { CallOptions, CreateResult } from '../types.ts'
import type { VaultContext } from '../vault-context.ts'
import { nameOf, VaultError } from '../vault-error.ts'

/** What nodes take in one request. */
const MAX_RECORDS = 10_000

export async function createRecords(
  context: VaultContext,
  { schema, records }: { schema: string; records: readonly object[] },
  { signal }: CallOptions = {},
): Promise<CreateResult> {
  const { ids, own, identified } = identify(records)
  const nodes = await context.source.forWriting(context.writeDeadlineMs, signal)
  const splits = await Promise.all(identified.map((r) => context.sharing.split(r, nodes.length)))
  const perNode = nodes.map((_, i) => splits.map((split) => split[i] as NodeDocument))
  const attempts = await writeToAll<Creation>({
    nodes,
    call: (_, i) => seedApi.create(schema, perNode[i] ?? []),
    fault: (creation, node) => faultOf(creation, { ids, own, node }),
    undo: (attempt, standing, i) =>
      undoCreation({ context, schema, own, sent: perNode[i] ?? [] }, attempt, standing),
    deadlineMs: context.writeDeadlineMs,
    signal,
  })
  return { ids, nodes: attempts.map(outcomeOf) }
}

interface Identified {
  ids: string[]
  /** Ids made up here: whatever bears one is ours. */
  own: ReadonlySet<string>
  identified: readonly object[]
}

function identify(records: readonly object[]): Identified {
  if (records.length === 0 || records.length > MAX_RECORDS)
    throw invalid(`create takes 1 to ${MAX_RECORDS} records, not ${records.length}`)
  const own = new Set<string>()
  const identified = records.map((record, i) => {
    const given = '_id' in record ? record._id : undefined
    const _id = given === undefined ? crypto.randomUUID() : checkId(given, `records[${i}]._id`)
    if (given === undefined) own.add(_id)
    return { ...record, _id }
  })
  const ids = identified.map(({ _id }) => _id)
  if (new Set(ids).size < ids.length) throw invalid('Two records have the same _id')
  return { ids, own, identified }
}

/** What a node did not take. Ids made up here that it has already came by a browser sending twice. */
function faultOf(
  { created, rejected }: Creation,
  { ids, own, node }: { ids: readonly string[]; own: ReadonlySet<string>; node: VaultNode },
): VaultError | undefined {
  const foreign = rejected.filter((id) => !own.has(id))
  if (foreign.length === 0 && created.length + rejected.length === ids.length) return undefined
  const which = foreign.length > 0 ? foreign.slice(0, 5).join(', ') : 'some of the records'
  return new VaultError('duplicate', `Node ${nameOf(node)} did not take ${which}`, {
    node: refOf(node),
  })
}

interface Undoing {
  context: VaultContext
  schema: string
  own: ReadonlySet<string>
  /** What this node was sent. */
  sent: readonly NodeDocument[]
}

async function undoCreation(
  undoing: Undoing,
  attempt: Attempt<Creation>,
  standing: Standing,
): Promise<Leftover> {
  const { node } = attempt
  const known = attempt.ok ? idsOf(attempt.value, undoing.own) : undefined
  if (known?.length === 0 || isUnsent(attempt)) return 'clean'
  let removed = 0
  return undoFrom(standing, async () => {
    const ids = known ?? (await idsOfOurs(undoing, node))
    const count = ids && (ids.length === 0 ? 0 : await removeIds(undoing, node, ids))
    if (count === undefined) return undefined
    removed += count
    return standing === 'took' || removed >= undoing.sent.length
  })
}

/** What the node says it holds of this write, unless it says so of ids that others may have used before. */
function idsOf(
  { created, rejected }: Creation,
  own: ReadonlySet<string>,
): readonly string[] | undefined {
  return rejected.every((id) => own.has(id)) ? [...created, ...rejected] : undefined
}

/** Ids of what the node holds of this write; `undefined` if it does not say. */
async function idsOfOurs(
  { context, schema, own, sent }: Undoing,
  node: VaultNode,
): Promise<readonly string[] | undefined> {
  const ids = sent.map(({ _id }) => _id)
  if (ids.every((id) => own.has(id))) return ids
  const call = seedApi.read(schema, { _id: { $in: ids } })
  const attempt = await callNode(node, call, undoRules(context))
  if (!attempt.ok) return undefined
  const held = new Map(attempt.value.map((document) => [document._id, document]))
  return sent.filter((s) => own.has(s._id) || holds(held.get(s._id), s)).map(({ _id }) => _id)
}

/** Whether the node's document is the one sent, shares included: an earlier one differs in its shares. */
function holds(held: NodeDocument | undefined, sent: NodeDocument): boolean {
  return (
    held !== undefined &&
    Object.keys(sent).every((key) => JSON.stringify(held[key]) === JSON.stringify(sent[key]))
  )
}

async function removeIds(
  { context, schema }: Undoing,
  node: VaultNode,
  ids: readonly string[],
): Promise<number | undefined> {
  const call = seedApi.remove(schema, { _id: { $in: ids } })
  const attempt = await callNode(node, call, undoRules(context))
  return attempt.ok ? attempt.value : undefined
}

function undoRules({ writeDeadlineMs }: VaultContext): { deadlineMs: number; retries: number } {
  return { deadlineMs: writeDeadlineMs / 2, retries: 0 }
}

function invalid(message: string): VaultError {
  return new VaultError('invalid_argument', message)
}
