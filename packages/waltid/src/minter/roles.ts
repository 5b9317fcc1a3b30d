/** Which of the configured roles a request gets. */
import { MintError } from '@valetkey/broker'

const WORD = /^role:([\w-]{1,128})$/

/** @throws {MintError} `invalid_target` for a scope that is none of the configured roles. */
export function rolesFor(scope: string | undefined, roleIds: readonly string[]): readonly string[] {
  if (scope === undefined) return roleIds
  const asked = scope.split(' ').filter((word) => word !== '')
  const chosen = asked.map((word) => WORD.exec(word)?.[1])
  const known = chosen.filter((id): id is string => id !== undefined && roleIds.includes(id))
  if (known.length > 0 && known.length === asked.length) return [...new Set(known)]
  throw new MintError(
    'invalid_target',
    'a scope is none of the roles in roleId; scopes are spelled role:<role id>',
  )
}
