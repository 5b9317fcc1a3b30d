/** Which of the account's roles a bearer gets, as the scope of the exchange. */
import { MintError, type MintRequest } from '@valetkey/broker'
import type { Report } from './fields.ts'

/** For whom a bearer is: what `authenticate` said of the user. Nothing in it comes from the browser. */
export type SkyflowSession = Pick<MintRequest, 'audience' | 'subject' | 'context'>

/** Role IDs: for everybody the same, or by user. */
export type SkyflowRoles = readonly string[] | ((session: SkyflowSession) => readonly string[])

const PREFIX = 'role:'
const ROLE_ID = /^(?!role:)[\x21\x23-\x5b\x5d-\x7e]+$/

export function checkRoles(roles: SkyflowRoles | undefined, report: Report): void {
  if (roles === undefined || typeof roles === 'function') return
  if (!Array.isArray(roles) || roles.length === 0)
    report(
      'roles',
      'must be a list of at least one role ID; leave it out for all roles of the account',
    )
  else if (!roles.every(isRoleId))
    report('roles', 'must hold role IDs as Skyflow shows them, without spaces or `role:`')
}

/**
 * The scope to ask for: what the broker granted, within what the configuration allows. `undefined` stands
 * for all roles of the account.
 *
 * @throws {MintError} `invalid_target` if nothing is left, so that less never becomes all.
 */
export function scopeOf(
  { scope, ...session }: SkyflowSession & Pick<MintRequest, 'scope'>,
  roles: SkyflowRoles | undefined,
): string | undefined {
  const allowed = typeof roles === 'function' ? roles(session) : roles
  const asked = scope?.split(/\s+/).filter((part) => part !== '')
  const wanted = asked?.map(roleOf) ?? allowed
  if (wanted === undefined) return undefined
  if (wanted.length === 0 || !wanted.every(isRoleId))
    throw new MintError('invalid_target', 'no Skyflow role for this user; check `roles` and scopes')
  if (allowed && !wanted.every((role) => allowed.includes(role)))
    throw new MintError('invalid_target', 'the scope names a Skyflow role that `roles` does not')
  return [...new Set(wanted)].map((role) => PREFIX + role).join(' ')
}

export function sessionOf({ audience, subject, context }: SkyflowSession): SkyflowSession {
  return {
    audience,
    ...(subject !== undefined && { subject }),
    ...(context !== undefined && { context }),
  }
}

function roleOf(part: string): string {
  if (part.startsWith(PREFIX)) return part.slice(PREFIX.length)
  throw new MintError('invalid_target', 'Skyflow scopes read role:<role ID>')
}

function isRoleId(role: unknown): boolean {
  return typeof role === 'string' && ROLE_ID.test(role)
}
