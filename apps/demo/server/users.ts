/** The demo's users, whose grants differ. */

/** What a user may reach: the whole group of vaults, some of its members by position, or nothing. */
export type Grant = 'group' | readonly number[]

/** How much of a patient's values a user may see in Skyflow; `null` for no grant at all. */
export type PatientGrant = 'plain' | 'masked' | null

/** Whose rights a user's NexusRunDB tokens have: those of the key that may write, or that may read. */
export type VisitsGrant = 'write' | 'read' | null

export interface DemoUser {
  id: string
  name: string
  role: string
  grant: Grant
  patients: PatientGrant
  visits: VisitsGrant
  /** May see the wallet in walt.id. */
  wallet: boolean
}

export const USERS: readonly DemoUser[] = [
  {
    id: 'ada',
    name: 'Dr. Ada Okafor',
    role: 'Physician',
    grant: 'group',
    patients: 'plain',
    visits: 'write',
    wallet: true,
  },
  {
    id: 'ben',
    name: 'Ben Larsen',
    role: 'Auditor',
    grant: [1],
    patients: 'masked',
    visits: 'read',
    wallet: false,
  },
  {
    id: 'ida',
    name: 'Ida Novak',
    role: 'Researcher',
    grant: 'group',
    patients: null,
    visits: 'write',
    wallet: true,
  },
  {
    id: 'eve',
    name: 'Eve Moreau',
    role: 'Visitor',
    grant: [],
    patients: null,
    visits: null,
    wallet: false,
  },
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
