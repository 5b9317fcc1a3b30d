/** Creates records: a share of each secret on every node, or nothing anywhere. */
import { type Circumstances, type Leftover, undoFrom, writeToAll } from '../all-or-nothing.ts'
import type { Creation, NodeApi, NodeDocument } from '../node-api.ts'
import {
  type Attempt,
  callNode,
  type NodeCall,
  outcomeOf,
  refOf,
  type VaultNode,
} from '../node-call.ts'
import { checkId } from '../record-id.ts'
import type { CallOptions, CreateResult } from '../types.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { nodesForWriting, type VaultContext } from '../vault-context.ts'
import { nameOf, VaultError } from '../vault-error.ts'

/** What nodes take in one request. */
const MAX_RECORDS = 10_000

export interface RecordCreation {
  schema: string
  records: readonly object[]
  /** The call that brings a node its copies. @default the one for the builder's own records */
  call?: (api: NodeApi, data: readonly unknown[]) => NodeCall<Creation>
}

export async function createRecords(
  context: VaultContext,
  { schema, records, call = (api, data) => api.create(schema, data) }: RecordCreation,
  { signal }: CallOptions = {},
): Promise<CreateResult> {
  const { ids, own, identified } = identify(records)
  const { nodes, api } = await nodesForWriting(context, signal)
  const { source, sharing, secrets, writeDeadlineMs: deadlineMs, settleMs } = context
  const splitting = identified.map((r) => sharing.split(r, nodes.length, secrets))
  const splits = await unlessAborted(Promise.all(splitting), signal)
  // The sharing took time: the tokens must live for the write itself.
  await source.forWriting(deadlineMs, signal)
  const perNode = nodes.map((_, i) => splits.map((split) => split[i] as NodeDocument))
  const attempts = await writeToAll<Creation>({
    nodes,
    call: (_, i) => call(api, perNode[i] ?? []),
    fault: (creation, node) => faultOf(creation, { ids, own, node }),
    undo: (attempt, circumstances) =>
      undoCreation(
        { api, schema, own, sent: perNode[circumstances.index] ?? [] },
        attempt,
        circumstances,
      ),
    deadlineMs,
    settleMs,
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
    if (typeof record !== 'object' || record === null || Array.isArray(record))
      throw invalid(`records[${i}] is no object`)
    const given = '_id' in record ? record._id : undefined
    const _id = given === undefined ? crypto.randomUUID() : checkId(given, `records[${i}]._id`)
    if (given === undefined) own.add(_id)
    return { ...record, _id }
  })
  const ids = identified.map(({ _id }) => _id)
  if (new Set(ids).size < ids.length) throw invalid('Two records have the same _id')
  return { ids, own, identified }
}

const NAMED_IDS = 5

/** What a node did not take. Ids made up here that it has already came by a browser sending twice. */
function faultOf(
  { created, present, refused }: Creation,
  { ids, own, node }: { ids: readonly string[]; own: ReadonlySet<string>; node: VaultNode },
): VaultError | undefined {
  const foreign = present.filter((id) => !own.has(id))
  const isAll = created.length + present.length === ids.length
  if (isAll && foreign.length === 0) return undefined
  const [code, named] =
    foreign.length > 0
      ? (['duplicate', foreign] as const)
      : (['partly_refused', refused.length > 0 ? refused : ['some of the records']] as const)
  const which = named.slice(0, NAMED_IDS).join(', ')
  return new VaultError(code, `Node ${nameOf(node)} did not take ${which}`, { node: refOf(node) })
}

interface Undoing {
  api: NodeApi
  schema: string
  own: ReadonlySet<string>
  /** What this node was sent. */
  sent: readonly NodeDocument[]
}

async function undoCreation(
  undoing: Undoing,
  attempt: Attempt<Creation>,
  circumstances: Circumstances,
): Promise<Leftover> {
  const { node } = attempt
  const known = attempt.ok ? idsOf(attempt.value, undoing.own) : undefined
  if (known?.length === 0) return 'clean'
  let removed = 0
  return undoFrom(circumstances, async (deadlineMs) => {
    const look = { node, deadlineMs }
    const ids = known ?? (await idsOfOurs(undoing, look))
    const count = ids && (ids.length === 0 ? 0 : await removeIds(undoing, look, ids))
    if (count === undefined) return undefined
    removed += count
    if (removed >= (known ?? undoing.sent).length) return true
    // What it took and does not give up may be out of this token's reach: then it is still there.
    if (circumstances.standing !== 'took') return false
    return (await idsHeld(undoing, look, ids ?? []))?.length === 0 ? true : undefined
  })
}

interface Look {
  node: VaultNode
  deadlineMs: number
}

/** What the node says it holds of this write, unless it says so of ids that others may have used before. */
function idsOf(
  { created, present }: Creation,
  own: ReadonlySet<string>,
): readonly string[] | undefined {
  return present.every((id) => own.has(id)) ? [...created, ...present] : undefined
}

/** Ids of what the node holds of this write; `undefined` if it does not say. */
async function idsOfOurs(undoing: Undoing, look: Look): Promise<readonly string[] | undefined> {
  const { own, sent } = undoing
  const ids = sent.map(({ _id }) => _id)
  if (ids.every((id) => own.has(id))) return ids
  const documents = await documentsHeld(undoing, look, ids)
  const held = new Map(documents?.map((document) => [document._id, document]))
  const ours = sent.filter((s) => own.has(s._id) || holds(held.get(s._id), s))
  return documents && ours.map(({ _id }) => _id)
}

async function idsHeld(
  undoing: Undoing,
  look: Look,
  ids: readonly string[],
): Promise<readonly string[] | undefined> {
  return (await documentsHeld(undoing, look, ids))?.map(({ _id }) => _id)
}

async function documentsHeld(
  { api, schema }: Undoing,
  { node, deadlineMs }: Look,
  ids: readonly string[],
): Promise<readonly NodeDocument[] | undefined> {
  const call = api.read(schema, { _id: { $in: ids } })
  const attempt = await callNode(node, call, { deadlineMs, retries: 0 })
  return attempt.ok ? attempt.value : undefined
}

/** Whether the node's document is the one sent, shares included: an earlier one differs in its shares. */
function holds(held: NodeDocument | undefined, sent: NodeDocument): boolean {
  return (
    held !== undefined &&
    Object.keys(sent).every((key) => JSON.stringify(held[key]) === JSON.stringify(sent[key]))
  )
}

async function removeIds(
  { api, schema }: Undoing,
  { node, deadlineMs }: Look,
  ids: readonly string[],
): Promise<number | undefined> {
  const call = api.remove(schema, { _id: { $in: ids } })
  const attempt = await callNode(node, call, { deadlineMs, retries: 0 })
  return attempt.ok ? attempt.value : undefined
}

function invalid(message: string): VaultError {
  return new VaultError('invalid_argument', message)
}
