/** Updates records on every node alike, or puts them back as they were. */
import { type Leftover, type Standing, undoFrom, writeToAll } from '../all-or-nothing.ts'
import { type Attempt, callNode, isUnsent, outcomeOf, type VaultNode } from '../node-call.ts'
import { refuseSecrets } from './record-reading.ts'
import { type NodeDocument, seedApi, type UpdateCount } from '../seed-api.ts'
import type { CallOptions, Filter, Update, UpdateResult } from '../types.ts'
import type { VaultContext } from '../vault-context.ts'
import { summaryOf, VaultError } from '../vault-error.ts'

export interface RecordUpdate {
  schema: string
  filter: Filter
  update: Update
}

/**
 * Reads first what the filter fits, on every node: so all nodes change the same records, by id, and each
 * can be put back.
 */
export async function updateRecords(
  context: VaultContext,
  { schema, filter, update }: RecordUpdate,
  { signal }: CallOptions = {},
): Promise<UpdateResult> {
  refuseSecrets(filter)
  checkUpdate(update)
  const { source, sharing, writeDeadlineMs } = context
  const nodes = await source.forWriting(writeDeadlineMs, signal)
  const updates = await sharing.split(update, nodes.length)
  const { ids, images } = await takeImages(context, { schema, filter, nodes, signal })
  if (ids.length === 0) return { matched: 0, modified: 0, nodes: [] }

  // The images took time: the tokens must live for the write itself.
  await source.forWriting(writeDeadlineMs, signal)
  const attempts = await writeToAll<UpdateCount>({
    nodes,
    call: (_, i) => seedApi.update(schema, { _id: { $in: ids } }, updates[i] as Update),
    undo: (attempt, standing, i) =>
      putBack({ context, schema, update, images: images[i] ?? [] }, attempt, standing),
    deadlineMs: writeDeadlineMs,
    signal,
  })
  const most = (count: keyof UpdateCount) => Math.max(...attempts.map(({ value }) => value[count]))
  return { matched: most('matched'), modified: most('modified'), nodes: attempts.map(outcomeOf) }
}

function checkUpdate(update: Update): void {
  const operators = Object.keys(update)
  if (operators.length === 0 || !operators.every((key) => key.startsWith('$')))
    throw new VaultError('invalid_argument', 'An update consists of operators, such as $set')
  // Records are addressed by id, so there is no matched element for a positional `$` to mean.
  if (fieldsOf(update).some((field) => /\.\$(\.|$)/.test(field)))
    throw new VaultError(
      'invalid_argument',
      'An update cannot use the positional $; name the index',
    )
}

interface Images {
  /** Records that fit the filter on any node. */
  ids: readonly string[]
  /** Per node, these records as it holds them. */
  images: readonly (readonly NodeDocument[])[]
}

interface ImageRequest {
  schema: string
  filter: Filter
  nodes: readonly VaultNode[]
  signal: AbortSignal | undefined
}

async function takeImages(context: VaultContext, request: ImageRequest): Promise<Images> {
  const { nodes } = request
  const fitting = await Promise.all(nodes.map((node) => readFrom(context, node, request)))
  const ids = [...new Set(fitting.flatMap((documents) => documents.map(({ _id }) => _id)))]
  // A node whose copy does not fit the filter is changed too, which mends what an earlier failure left.
  const all = { ...request, filter: { _id: { $in: ids } } }
  const images = await Promise.all(
    nodes.map(async (node, i) => {
      const documents = fitting[i] ?? []
      return documents.length === ids.length ? documents : readFrom(context, node, all)
    }),
  )
  return { ids, images }
}

async function readFrom(
  { deadlineMs }: VaultContext,
  node: VaultNode,
  { schema, filter, signal }: ImageRequest,
): Promise<readonly NodeDocument[]> {
  const attempt = await callNode(node, seedApi.read(schema, filter), {
    deadlineMs,
    retries: 1,
    signal,
  })
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
  context: VaultContext
  schema: string
  update: Update
  /** The node's records before the update. */
  images: readonly NodeDocument[]
}

async function putBack(
  { context, schema, update, images }: PuttingBack,
  attempt: Attempt<UpdateCount>,
  standing: Standing,
): Promise<Leftover> {
  if (isUnsent(attempt)) return 'clean'
  const { node } = attempt
  const touched = new Set(fieldsOf(update).map((field) => field.split('.', 1)[0] ?? field))
  let restored = 0
  return undoFrom(standing, async () => {
    const attempts = await Promise.all(
      images.map((image) =>
        callNode(node, seedApi.update(schema, { _id: image._id }, restoring(image, touched)), {
          deadlineMs: context.writeDeadlineMs / 2,
          retries: 0,
        }),
      ),
    )
    const counts = attempts.flatMap((attempt) => (attempt.ok ? [attempt.value.modified] : []))
    restored += counts.reduce((sum, count) => sum + count, 0)
    if (counts.length < images.length) return undefined
    // A record that changes when it is put back had been changed: the write has landed.
    return standing === 'took' || restored >= images.length
  })
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

/** Every field that the update's operators name, `$rename`'s targets included. */
function fieldsOf(update: Update): readonly string[] {
  return Object.entries(update).flatMap(([operator, fields]) => {
    if (typeof fields !== 'object' || fields === null || operator === '$coerce') return []
    const names = Object.keys(fields)
    return operator === '$rename' ? [...names, ...Object.values(fields).map(String)] : names
  })
}
