/** Joins what several nodes hold of the same records. */
import { merge } from './merge.ts'
import type { NodeDocument } from './node-api.ts'
import { isHash, type Sharing } from './sharing.ts'
import type { IncompleteReason, IncompleteRecord, Stored } from './types.ts'
import type { NodeRef } from './vault-error.ts'

/** What one node answered. */
export interface NodeDocuments {
  node: NodeRef
  documents: readonly NodeDocument[]
}

export interface JoinContext {
  sharing: Sharing
  /** Nodes that gave no answer: each holds a share of every secret. */
  silent: readonly NodeRef[]
}

export interface Joined<T> {
  records: Stored<T>[]
  incomplete: IncompleteRecord<T>[]
}

/** Groups documents by `_id` and joins each group, in the order of the first node. */
export async function joinRecords<T>(
  answers: readonly NodeDocuments[],
  context: JoinContext,
): Promise<Joined<T>> {
  const byId = answers.map(({ documents }) => new Map(documents.map((d) => [d._id, d])))
  const ids = new Set(byId.flatMap((documents) => [...documents.keys()]))
  const groups = [...ids].map((_id) => ({
    _id,
    held: answers.map(({ node }, i) => ({ node, document: byId[i]?.get(_id) })),
  }))
  const results = await Promise.all(groups.map((group) => joinGroup<T>(group, context)))
  return {
    records: results.filter((result) => 'record' in result).map(({ record }) => record),
    incomplete: results.filter((result) => 'incomplete' in result).map((r) => r.incomplete),
  }
}

interface Group {
  _id: string
  /** One for each node that answered. */
  held: readonly { node: NodeRef; document: NodeDocument | undefined }[]
}

async function joinGroup<T>(
  { _id, held }: Group,
  { sharing, silent }: JoinContext,
): Promise<{ record: Stored<T> } | { incomplete: IncompleteRecord<T> }> {
  const documents = held
    .map(({ document }) => document)
    .filter((document) => document !== undefined)
  const joined = await joinValues(documents.map(ownFields), {
    sharing,
    absent: documents.length < held.length,
    silent: silent.length > 0,
  })
  const { _created, _updated }: Partial<NodeDocument> = documents[0] ?? {}
  const times = {
    ...(_created !== undefined && { _created }),
    ...(_updated !== undefined && { _updated }),
  }
  // The parse boundary: the schema on the nodes vouches for the fields' types.
  const record = { _id, ...(joined.value as object), ...times } as Stored<T>
  if (joined.reason === undefined) return { record }

  const present = held.filter(({ document }) => document !== undefined)
  const missing = held.filter(({ document }) => document === undefined)
  const incomplete = {
    _id,
    reason: joined.reason,
    presentOn: present.map(({ node }) => node),
    missingFrom: [...missing.map(({ node }) => node), ...silent],
    plaintext: record,
    differing: joined.differing,
  }
  return { incomplete }
}

function ownFields({ _id, _created, _updated, ...fields }: NodeDocument): unknown {
  return fields
}

interface JoinValuesContext {
  sharing: Sharing
  /** Whether a node that answered lacks the value. */
  absent: boolean
  /** Whether a node did not answer. */
  silent: boolean
}

export interface JoinedValue {
  /** Whole, or without secrets and without what nodes differ in. */
  value: unknown
  reason?: IncompleteReason
  /** Paths of the plaintext that nodes differ in. */
  differing: readonly string[]
}

/** One value out of each node's, secrets opened; or its plain part, with the reason why not more. */
export async function joinValues(
  values: readonly unknown[],
  { sharing, absent, silent }: JoinValuesContext,
): Promise<JoinedValue> {
  const secrets: (readonly unknown[])[] = []
  const differing: string[] = []
  const plaintext = merge(values, {
    secret: (shares) => void secrets.push(shares),
    conflict: (path) => void differing.push(path),
  })
  const partial = { value: plaintext, differing }
  if (absent) return { ...partial, reason: 'absent' }
  if (differing.length > 0) return { ...partial, reason: 'conflict' }
  if (secrets.length === 0) return partial
  // What is shared as `match` is whole on each node, and cannot be opened by all of them.
  if (silent && !secrets.every(isHash)) return { ...partial, reason: 'unreachable' }

  const opened = await Promise.all(secrets.map((shares) => sharing.open(shares)))
  if (opened.includes(undefined)) return { ...partial, reason: 'shares' }
  // `merge` meets the secrets in the same order again.
  const rest = opened.values()
  const value = merge(values, {
    secret: () => rest.next().value?.value,
    conflict: () => undefined,
  })
  return { value, differing }
}
