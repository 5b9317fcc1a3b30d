/** Keeps records that users own, on nodes of today: with the builder's token they are made, with the user's the rest. */
import { type Leftover, undoFrom, writeToAll } from '../all-or-nothing.ts'
import type { NodeApi, TodayExtras } from '../node-api.ts'
import { outcomeOf } from '../node-call.ts'
import { grantsHeld, withdraw } from './grants.ts'
import { listOnAll } from './listing.ts'
import type { Acl, DocumentName, OwnedList } from '../owned-types.ts'
import { createRecords } from './record-creation.ts'
import { joinAnswers } from './record-reading.ts'
import { updateOnAll } from './record-update.ts'
import { removeFromAll } from './removal.ts'
import type {
  CallOptions,
  CreateResult,
  FindResult,
  SecretModes,
  Update,
  UpdateResult,
} from '../types.ts'
import { askAll, nodesForWriting, type VaultContext } from '../vault-context.ts'
import { type NodeOutcome, VaultError } from '../vault-error.ts'

export interface OwnedRecords {
  collection: string
  records: readonly object[]
  /** The user's DID. */
  owner: string
  acl: Acl
  secrets?: SecretModes
}

/** What all nodes answered, where that says no more than that it is done. */
export interface Done {
  nodes: readonly NodeOutcome[]
}

export function createOwned(
  context: VaultContext,
  { collection, records, owner, acl, secrets = {} }: OwnedRecords,
  options?: CallOptions,
): Promise<CreateResult> {
  const creation = {
    schema: collection,
    records,
    call: (api: NodeApi, data: readonly unknown[]) =>
      extrasOf(api).createOwned(collection, { owner, acl, data }),
  }
  return createRecords({ ...context, secrets }, creation, options)
}

export function listOwned(context: VaultContext, options?: CallOptions): Promise<OwnedList> {
  const listing = {
    callOf: (api: NodeApi) => extrasOf(api).listOwned(),
    nameOf: ({ collection, document }: DocumentName) => `${collection}/${document}`,
  }
  return listOnAll(context, listing, options)
}

/** One record, joined as in `find`. A node that does not have it makes it incomplete. */
export async function readOwned<T>(
  context: VaultContext,
  name: DocumentName,
  { signal }: CallOptions = {},
): Promise<FindResult<T>> {
  const answers = await askAll(context, (api) => extrasOf(api).readOwned(name), signal)
  if (answers.answered.every(({ value }) => value.length === 0))
    throw new VaultError('not_found', 'No node has the record', { nodes: answers.outcomes })
  return joinAnswers(context, answers)
}

export function updateOwned(
  context: VaultContext,
  { update, secrets = {}, ...name }: DocumentName & { update: Update; secrets?: SecretModes },
  options?: CallOptions,
): Promise<UpdateResult> {
  const change = {
    update,
    read: (api: NodeApi) => extrasOf(api).readOwned(name),
    write: (api: NodeApi, _: readonly string[], part: Update) =>
      extrasOf(api).updateOwned(name, part),
  }
  return updateOnAll({ ...context, secrets }, change, options)
}

export async function removeOwned(
  context: VaultContext,
  name: DocumentName,
  options?: CallOptions,
): Promise<Done> {
  const answers = await removeFromAll(context, (api) => extrasOf(api).removeOwned(name), options)
  return { nodes: answers.map(outcomeOf) }
}

/** Grants on all nodes, or on none. */
export async function grantAccess(
  context: VaultContext,
  { acl, ...name }: DocumentName & { acl: Acl },
  { signal }: CallOptions = {},
): Promise<Done> {
  const { nodes, api } = await nodesForWriting(context, signal)
  const extras = extrasOf(api)
  const before = await Promise.all(
    nodes.map((node) => grantsHeld({ extras, node, name, acl }, context.deadlineMs)),
  )
  signal?.throwIfAborted()
  const attempts = await writeToAll<true>({
    nodes,
    call: () => extras.grant(name, acl),
    undo({ node }, circumstances): Promise<Leftover> {
      const grant = { extras, node, name, acl, before: before[circumstances.index] }
      return undoFrom(circumstances, (deadlineMs) => withdraw(grant, circumstances, deadlineMs))
    },
    deadlineMs: context.writeDeadlineMs,
    settleMs: context.settleMs,
    signal,
  })
  return { nodes: attempts.map(outcomeOf) }
}

/** Revokes on every node; to revoke twice does no harm. */
export async function revokeAccess(
  context: VaultContext,
  { grantee, ...name }: DocumentName & { grantee: string },
  options?: CallOptions,
): Promise<Done> {
  const callOf = (api: NodeApi) => extrasOf(api).revoke(name, grantee)
  return { nodes: (await removeFromAll(context, callOf, options)).map(outcomeOf) }
}

function extrasOf({ today }: NodeApi): TodayExtras {
  if (today) return today
  throw new VaultError('unsupported', 'Seed-era nodes have no owned records')
}
