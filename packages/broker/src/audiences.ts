/** The audiences of a broker: looked up by name, groups opened into their members. */
import { isAudienceName, memberAudience, splitAudience } from '@valetkey/protocol'
import type { GroupMember, GroupMinter, Minter } from './minter.ts'
import type { AudienceConfig, Audiences } from './types.ts'

/** One name of the configuration. */
export interface AudienceEntry {
  readonly name: string
  readonly minter: Minter | GroupMinter
  readonly maxLifetimeMs?: number | undefined
  readonly scopes?: readonly string[] | undefined
}

/** One token to give: an audience, or a member of a group. */
export interface Target {
  /** As it stands on the wire. */
  readonly audience: string
  readonly entry: AudienceEntry
  readonly member?: GroupMember
}

/** What a name on the wire stands for; a group has a target per member. */
export interface Found {
  readonly entry: AudienceEntry
  readonly isGroup: boolean
  readonly targets: readonly Target[]
}

export interface Registry {
  /** Throws where a group breaks its contract. */
  find(audience: string): Found | undefined
  /** The name for a log: a stranger's text is not repeated. */
  labelOf(audience: string): string
}

/** `Map` and not an object: `constructor` is nobody's audience. */
export function createRegistry(audiences: Audiences): Registry {
  const entries = new Map(
    Object.entries(audiences).map(([name, value]) => [name, entryOf(name, value)]),
  )

  function find(audience: string): Found | undefined {
    const { name, member } = splitAudience(audience)
    const entry = entries.get(name)
    if (!entry) return undefined
    const members = membersOf(entry.minter)
    if (!members) {
      return member === undefined
        ? { entry, isGroup: false, targets: [{ audience, entry }] }
        : undefined
    }
    const wanted = member === undefined ? members : members.filter((m) => m.name === member)
    if (member !== undefined && wanted.length === 0) return undefined
    const targets = wanted.map((m) => ({
      audience: memberAudience(name, m.name),
      entry,
      member: m,
    }))
    return { entry, isGroup: member === undefined, targets }
  }

  return {
    find,
    labelOf(audience) {
      try {
        return find(audience) ? audience : '(unknown)'
      } catch {
        return '(unknown)'
      }
    },
  }
}

/** The members of a group, `undefined` for a plain minter. Throws if the group breaks its contract. */
export function membersOf(minter: Minter | GroupMinter): readonly GroupMember[] | undefined {
  if (!isGroupMinter(minter)) return undefined
  const members = minter.members()
  const names = members.map(({ name }) => name)
  const bad = names.find((name) => !isAudienceName(name))
  if (bad !== undefined)
    throw new Error('members() gave a name that is no audience name (letters, digits and ._:@-)')
  if (new Set(names).size < names.length) throw new Error('members() gave a name twice')
  return members
}

export function isGroupMinter(minter: Minter | GroupMinter): minter is GroupMinter {
  return 'members' in minter && typeof minter.members === 'function'
}

export function isAudienceConfig(value: Audiences[string]): value is AudienceConfig {
  return 'minter' in value
}

function entryOf(name: string, value: Audiences[string]): AudienceEntry {
  if (!isAudienceConfig(value)) return { name, minter: value }
  const { minter, maxLifetimeMs, scopes } = value
  return { name, minter, maxLifetimeMs, scopes }
}
