/** The three demo users, whose grants differ. */

/** What a user may reach: the whole group of vaults, some of its members by position, or nothing. */
export type Grant = 'group' | readonly number[]

export interface DemoUser {
  id: string
  name: string
  role: string
  grant: Grant
}

export const USERS: readonly DemoUser[] = [
  { id: 'ada', name: 'Dr. Ada Okafor', role: 'Physician', grant: 'group' },
  { id: 'ben', name: 'Ben Larsen', role: 'Auditor', grant: [1] },
  { id: 'eve', name: 'Eve Moreau', role: 'Visitor', grant: [] },
]

/** True if `grant` covers `audience`, which is a group's name or `{group}/{member}`. */
export function isGranted(
  grant: Grant,
  audience: string,
  group: { name: string; members: readonly string[] },
): boolean {
  const { name, members } = group
  if (grant === 'group') return audience === name || audience.startsWith(`${name}/`)
  return grant.some((position) => audience === `${name}/${members[position]}`)
}
