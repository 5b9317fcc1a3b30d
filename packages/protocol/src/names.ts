/** Audience names: how a name on the wire is spelled, how a group's member is addressed. */

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$/

/** True for an audience or group name as the broker's configuration may hold it. */
export function isAudienceName(name: string): boolean {
  return NAME.test(name)
}

/** True for an audience name or a member's address, `{group}/{member}`. */
export function isAudience(audience: string): boolean {
  const slash = audience.indexOf('/')
  if (slash === -1) return isAudienceName(audience)
  return isAudienceName(audience.slice(0, slash)) && isAudienceName(audience.slice(slash + 1))
}

/** The address of one member of a group. */
export function memberAudience(group: string, member: string): string {
  return `${group}/${member}`
}

/** Splits `{group}/{member}`; a plain audience has no member. */
export function splitAudience(audience: string): { name: string; member?: string } {
  const slash = audience.indexOf('/')
  if (slash === -1) return { name: audience }
  return { name: audience.slice(0, slash), member: audience.slice(slash + 1) }
}
