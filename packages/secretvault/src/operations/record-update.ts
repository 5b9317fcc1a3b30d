/** Updates records on every node alike, or puts them back as they were. */
import { type Circumstances, type Leftover, undoFrom, writeToAll } from '../all-or-nothing.ts'
import type { NodeApi, NodeDocument, UpdateCount } from '../node-api.ts'
import { type Attempt, callNode, type NodeCall, outcomeOf, type VaultNode } from '../node-call.ts'
import { searchable } from './record-reading.ts'
import type { CallOptions, Filter, Update, UpdateResult } from '../types.ts'
import { checkUpdate, fieldsOf, splitUpdate } from '../update-secrets.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { nodesForWriting, type VaultContext } from '../vault-context.ts'
import { summaryOf, VaultError } from '../vault-error.ts'

export interface RecordUpdate {
  schema: string
  filter: Filter
  update: Update
}

export async function updateRecords(
  context: VaultContext,
  { schema, filter, update }: RecordUpdate,
  options?: CallOptions,
): Promise<UpdateResult> {
  const asked = await searchable(context, filter)
  const change = {
    update,
    read: (api: NodeApi, ids?: readonly string[]) =>
      api.read(schema, ids ? { _id: { $in: ids } } : asked),
    write: (api: NodeApi, ids: readonly string[], part: Update) =>
      api.update(schema, { _id: ids.length === 1 ? ids[0] : { $in: ids } }, part),
  }
  return updateOnAll(context, change, options)
}

/** An update of records that are read and written in some way. */
export interface Change {
  update: Update
  /** What the update is for; with `ids`, these alone. */
  read(api: NodeApi, ids?: readonly string[]): NodeCall<readonly NodeDocument[]>
  write(api: NodeApi, ids: readonly string[], part: Update): NodeCall<UpdateCount>
}

/**
 * Reads first what the update is for, on every node: so all nodes change the same records, by id, and each
 * can be put back.
 */
export async function updateOnAll(
  context: VaultContext,
  change: Change,
  { signal }: CallOptions = {},
): Promise<UpdateResult> {
  checkUpdate(change.update, context.secrets)
  const { source, deadlineMs, writeDeadlineMs, settleMs } = context
  const { nodes, api } = await nodesForWriting(context, signal)
  const updates = await unlessAborted(splitUpdate(context, change.update, nodes.length), signal)
  const reading = { nodes, api, change, deadlineMs, signal }
  const { ids, images } = await takeImages(reading)
  if (ids.length === 0) return { matched: 0, modified: 0, nodes: [] }

  // The images took time: the tokens must live for the write itself.
  await source.forWriting(writeDeadlineMs, signal)
  const attempts = await writeToAll<UpdateCount>({
    nodes,
    call: (_, i) => change.write(api, ids, updates[i] ?? {}),
    undo: (attempt, circumstances) =>
      putBack({ api, change, images: images[circumstances.index] ?? [] }, attempt, circumstances),
    deadlineMs: writeDeadlineMs,
    settleMs,
    signal,
  })
  const most = (count: keyof UpdateCount) => Math.max(...attempts.map(({ value }) => value[count]))
  return { matched: most('matched'), modified: most('modified'), nodes: attempts.map(outcomeOf) }
}

interface Images {
  /** Records that fit the filter on any node. */
  ids: readonly string[]
  /** Per node, these records as it holds them. */
  images: readonly (readonly NodeDocument[])[]
}

interface ImageRequest {
  nodes: readonly VaultNode[]
  api: NodeApi
  change: Change
  deadlineMs: number
  signal: AbortSignal | undefined
}

async function takeImages(request: ImageRequest): Promise<Images> {
  const { nodes, change, api } = request
  const fitting = await Promise.all(nodes.map((node) => readFrom(node, change.read(api), request)))
  const ids = [...new Set(fitting.flatMap((documents) => documents.map(({ _id }) => _id)))]
  // A node whose copy does not fit the filter is changed too, which mends what an earlier failure left.
  const images = await Promise.all(
    nodes.map(async (node, i) => {
      const documents = fitting[i] ?? []
      const isWhole = documents.length === ids.length
      return isWhole ? documents : readFrom(node, change.read(api, ids), request)
    }),
  )
  return { ids, images }
}

async function readFrom(
  node: VaultNode,
  call: NodeCall<readonly NodeDocument[]>,
  { deadlineMs, signal }: ImageRequest,
): Promise<readonly NodeDocument[]> {
  const attempt = await callNode(node, call, { deadlineMs, retries: 1, signal })
  if (attempt.ok) return attempt.value
  signal?.throwIfAborted()
  const { error } = attempt
  throw new VaultError('write_failed', `Nothing was written: ${summaryOf(error)}`, {
    cause: error,
    nodes: [outcomeOf(attempt)],
    retryable: error.retryable,
    ...(error.status !== undefined && { status: error.status }),
  })
}

interface PuttingBack {
  api: NodeApi
  change: Change
  /** The node's records before the update. */
  images: readonly NodeDocument[]
}

async function putBack(
  { api, change, images }: PuttingBack,
  attempt: Attempt<UpdateCount>,
  circumstances: Circumstances,
): Promise<Leftover> {
  const { node } = attempt
  const touched = new Set(fieldsOf(change.update).map((field) => field.split('.', 1)[0] ?? field))
  const repairs = restoringAlike(images, touched, coercionsOf(change.update))
  let restored = 0
  return undoFrom(circumstances, async (deadlineMs) => {
    const until = performance.now() + deadlineMs
    const left = repairs.values()
    let isWhole = true
    const worker = async (): Promise<void> => {
      for (const { ids, update } of left) {
        const rules = { deadlineMs: Math.max(until - performance.now(), 1), retries: 0 }
        const attempt = await callNode(node, change.write(api, ids, update), rules)
        if (attempt.ok) restored += attempt.value.modified
        else isWhole = false
        if (!attempt.ok && performance.now() >= until) return
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    if (!isWhole) return undefined
    // A record that changes when it is put back had been changed: the write has landed.
    return circumstances.standing === 'took' || restored >= images.length
  })
}

/** So many records are put back at the same time. */
const AT_ONCE = 16

/** One update for all records that had the same content: mostly one for all, unless they hold secrets. */
function restoringAlike(
  images: readonly NodeDocument[],
  touched: ReadonlySet<string>,
  coercions: Readonly<Record<string, unknown>>,
): readonly { ids: readonly string[]; update: Update }[] {
  const updates = new Map<string, { ids: string[]; update: Update }>()
  for (const image of images) {
    const update = typed(restoring(image, touched), coercions)
    const name = JSON.stringify(update)
    const alike = updates.get(name) ?? { ids: [], update }
    alike.ids.push(image._id)
    updates.set(name, alike)
  }
  return [...updates.values()]
}

/** What the update says of its fields' types holds for what was in them before, too. */
function coercionsOf({ $coerce }: Update): Readonly<Record<string, unknown>> {
  return typeof $coerce === 'object' && $coerce !== null ? { ...$coerce } : {}
}

function typed(update: Update, coercions: Readonly<Record<string, unknown>>): Update {
  const set = update.$set ?? {}
  const known = Object.entries(coercions).filter(
    ([path]) => path.startsWith('$set.') && Object.hasOwn(set, path.slice('$set.'.length)),
  )
  return known.length === 0 ? update : { ...update, $coerce: Object.fromEntries(known) }
}

/** The update that gives the touched fields the content they have in `image`. */
function restoring(image: NodeDocument, touched: ReadonlySet<string>): Update {
  const fields = [...touched]
  const had = fields.filter((field) => Object.hasOwn(image, field))
  const added = fields.filter((field) => !Object.hasOwn(image, field))
  return {
    ...(had.length > 0 && { $set: Object.fromEntries(had.map((f) => [f, image[f]])) }),
    ...(added.length > 0 && { $unset: Object.fromEntries(added.map((f) => [f, ''])) }),
  }
}
