/** The demo's users, whose grants differ. */

/** What a user may reach: the whole group of vaults, some of its members by position, or nothing. */
export type Grant = 'group' | readonly number[]

/** How much of a patient's values a user may see in Skyflow; `null` for no grant at all. */
export type PatientGrant = 'plain' | 'masked' | null

export interface DemoUser {
  id: string
  name: string
  role: string
  grant: Grant
  patients: PatientGrant
}

export const USERS: readonly DemoUser[] = [
  { id: 'ada', name: 'Dr. Ada Okafor', role: 'Physician', grant: 'group', patients: 'plain' },
  { id: 'ben', name: 'Ben Larsen', role: 'Auditor', grant: [1], patients: 'masked' },
  { id: 'ida', name: 'Ida Novak', role: 'Researcher', grant: 'group', patients: null },
  { id: 'eve', name: 'Eve Moreau', role: 'Visitor', grant: [], patients: null },
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
