/** Takes a grant back from a node, without what the same builder had been granted before. */
import type { Circumstances } from '../all-or-nothing.ts'
import type { TodayExtras } from '../node-api.ts'
import { callNode, type NodeCall, type VaultNode } from '../node-call.ts'
import type { Acl, DocumentName } from '../owned-types.ts'

export interface Grant {
  extras: TodayExtras
  node: VaultNode
  name: DocumentName
  acl: Acl
}

/** What the grant's builder may do by now, as far as the node tells. */
export async function grantsHeld(
  { extras, node, name, acl }: Grant,
  deadlineMs: number,
): Promise<readonly Acl[] | undefined> {
  const attempt = await callNode(node, extras.readOwned(name), { deadlineMs, retries: 1 })
  const acls = attempt.ok ? attempt.value[0]?.['_acl'] : undefined
  return Array.isArray(acls)
    ? acls.filter(isAcl).filter((one) => one.grantee === acl.grantee)
    : undefined
}

/**
 * Whether the grant had landed and is gone. Nodes know to revoke all of a builder's grants only, so the earlier
 * ones are granted again. `undefined` where the node does not say, or does not do it.
 */
export async function withdraw(
  { before, ...grant }: Grant & { before: readonly Acl[] | undefined },
  { standing }: Circumstances,
  deadlineMs: number,
): Promise<boolean | undefined> {
  const { extras, node, name, acl } = grant
  const done = async (call: NodeCall<true>): Promise<boolean> =>
    (await callNode(node, call, { deadlineMs, retries: 0 })).ok
  // To revoke what was never granted succeeds as well, so by itself it does not tell that the grant has landed.
  if (before === undefined)
    return (await done(extras.revoke(name, acl.grantee))) ? standing === 'took' : undefined
  const now = await grantsHeld(grant, deadlineMs)
  if (now === undefined) return undefined
  if (isSame(now, before)) return standing === 'took'
  if (now.length > 0 && !(await done(extras.revoke(name, acl.grantee)))) return undefined
  for (const earlier of before) if (!(await done(extras.grant(name, earlier)))) return undefined
  return true
}

function isSame(acls: readonly Acl[], others: readonly Acl[]): boolean {
  const textOf = (list: readonly Acl[]): string =>
    list
      .map(({ read, write, execute }) => `${read} ${write} ${execute}`)
      .toSorted()
      .join()
  return textOf(acls) === textOf(others)
}

function isAcl(value: unknown): value is Acl {
  return typeof value === 'object' && value !== null && 'grantee' in value
}
