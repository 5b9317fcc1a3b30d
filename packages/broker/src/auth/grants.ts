/** A policy as a table: which role may have which audiences. */
import { isAudienceName, splitAudience } from '@valetkey/protocol'
import { BrokerConfigError, type ConfigFault } from '../config-error.ts'
import { withGrantedNames } from '../granted-names.ts'
import type { AccessRules, Grant, Principal } from '../types.ts'

/** An audience, a group or a member as `{group}/{member}`; an object narrows what is granted. */
export type GrantRule =
  | string
  | {
      readonly audience: string
      /** Space-separated. @default all that the audience's `scopes` hold */
      readonly scope?: string
      /** In milliseconds. @default what the configuration allows */
      readonly maxLifetimeMs?: number
    }

/** What each role may have. */
export type GrantList = Readonly<Record<string, readonly GrantRule[]>>

interface Narrow {
  readonly audience: string
  readonly scope?: readonly string[] | undefined
  readonly maxLifetimeMs?: number | undefined
}

const LEAST_LIFETIME_MS = 1_000

/**
 * An `authorize` that reads a table. Who has several roles may have what any of them grants; scopes of two
 * narrowed grants add up, and the shorter life counts. There is no wildcard: an audience added later is
 * nobody's until a line names it. `createBroker` refuses to start where a line names no audience it has.
 *
 * @param rolesOf The roles of a user. @default the principal's `roles`
 * @throws {BrokerConfigError} naming every faulty line.
 *
 * @example
 * ```ts
 * authorize: grants({ doctor: ['cards', 'records'], nurse: [{ audience: 'cards', scope: 'read' }] })
 * ```
 */
export function grants<P extends Principal = Principal>(
  list: GrantList,
  rolesOf: (principal: P) => readonly string[] = ({ roles }) => roles ?? [],
): AccessRules<P>['authorize'] {
  const faults = Object.entries(list).flatMap(([role, rules]) => roleFaults(role, rules))
  if (faults.length > 0) throw new BrokerConfigError(faults, 'The policy grants()')
  // `Map` and not an object: `constructor` is nobody's role.
  const byRole = new Map(Object.entries(list).map(([role, rules]) => [role, rules.map(narrowOf)]))
  const names = [...byRole.values()].flatMap((rules) => rules.map(({ audience }) => audience))

  return withGrantedNames(
    (principal: P, { audience }: { readonly audience: string }): Grant =>
      grantOf(
        rolesOf(principal)
          .flatMap((role) => byRole.get(role) ?? [])
          .filter((rule) => rule.audience === audience),
      ),
    [...new Set(names)],
  )
}

function narrowOf(rule: GrantRule): Narrow {
  if (typeof rule === 'string') return { audience: rule }
  const { audience, scope, maxLifetimeMs } = rule
  return { audience, scope: scope?.split(' ').filter((word) => word !== ''), maxLifetimeMs }
}

/** All that the rules grant, and no more: a scope of one never gets the longer life of another. */
function grantOf(rules: readonly Narrow[]): Grant {
  const widest = rules.filter(
    (rule, index) => !rules.some((other, at) => at !== index && covers(other, rule, at < index)),
  )
  if (widest.length === 0) return false
  const scopes = widest.map(({ scope }) => scope)
  const lives = widest.map(({ maxLifetimeMs }) => maxLifetimeMs ?? Number.POSITIVE_INFINITY)
  const scope = scopes.some((words) => words === undefined)
    ? undefined
    : [...new Set(scopes.flat())]
  const maxLifetimeMs = Math.min(...lives)
  if (scope === undefined && maxLifetimeMs === Number.POSITIVE_INFINITY) return true
  return {
    ...(scope !== undefined && { scope: scope.join(' ') }),
    ...(maxLifetimeMs < Number.POSITIVE_INFINITY && { maxLifetimeMs }),
  }
}

/** Of two equal ones the first covers the second, and not the other way round. */
function covers(other: Narrow, rule: Narrow, isFirst: boolean): boolean {
  const isWider = includes(other.scope, rule.scope) && lifeOf(other) >= lifeOf(rule)
  const isEqual = isWider && includes(rule.scope, other.scope) && lifeOf(rule) >= lifeOf(other)
  return isEqual ? isFirst : isWider
}

function includes(
  wide: readonly string[] | undefined,
  narrow: readonly string[] | undefined,
): boolean {
  return wide === undefined || (narrow?.every((word) => wide.includes(word)) ?? false)
}

function lifeOf({ maxLifetimeMs }: Narrow): number {
  return maxLifetimeMs ?? Number.POSITIVE_INFINITY
}

function roleFaults(role: string, rules: readonly GrantRule[]): ConfigFault[] {
  if (!Array.isArray(rules)) return [{ field: role, fault: 'is not a list of audiences' }]
  return rules.flatMap((rule: GrantRule, index) =>
    ruleFaults(rule).map((fault) => ({ ...fault, field: `${role}[${index}]` })),
  )
}

function ruleFaults(rule: unknown): ConfigFault[] {
  const { audience, scope, maxLifetimeMs, ...others }: Record<string, unknown> =
    typeof rule === 'string' ? { audience: rule } : Object(rule)
  const faults: Omit<ConfigFault, 'field'>[] = []
  if (typeof audience !== 'string' || !isAddress(audience))
    faults.push({
      fault: 'names no audience',
      mend: 'name each audience, group or {group}/{member}; there is no wildcard, on purpose',
    })
  if (scope !== undefined && (typeof scope !== 'string' || scope.trim() === ''))
    faults.push({ fault: 'has a scope that is none', mend: 'give words, parted by spaces' })
  if (maxLifetimeMs !== undefined && !(Number(maxLifetimeMs) >= LEAST_LIFETIME_MS))
    faults.push({ fault: 'has a maxLifetimeMs that is not at least 1000' })
  if (Object.keys(others).length > 0)
    faults.push({ fault: 'may hold audience, scope and maxLifetimeMs, and holds more' })
  return faults.map((fault) => ({ ...fault, field: '' }))
}

function isAddress(address: string): boolean {
  const { name, member } = splitAudience(address)
  return isAudienceName(name) && (member === undefined || isAudienceName(member))
}
