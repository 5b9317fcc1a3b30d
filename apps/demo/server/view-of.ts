/** Makes what the page is told of the session and the vaults. */
import { LIFETIME_MS, type Session } from './session.ts'
import type { PatientsView, SessionView } from './session-view.ts'
import { type DemoUser, type Grant, isGranted, type PatientGrant, USERS } from './users.ts'
import { RECORDS, type Vaults } from './vaults.ts'

/** The view of `session`, or of a stranger. */
export function viewOf(session: Session | undefined, vaults: Vaults): SessionView {
  const group = { name: RECORDS, members: vaults.nodes.map(({ did }) => did) }
  const mayCall = (grant: Grant, did: string) => isGranted(grant, `${RECORDS}/${did}`, group)
  return {
    user: session ? userView(session.user) : null,
    lifetimeMs: session?.lifetimeMs ?? LIFETIME_MS.atFirst,
    isEmulated: vaults.isEmulated,
    nodes: vaults.nodes.map(({ did, url }) => ({
      did,
      url,
      isGranted: mayCall(session?.user.grant ?? [], did),
      isDown: vaults.faults.isDown(did),
    })),
    patients: patientsView(session?.user.patients ?? null, vaults),
    users: USERS.map(({ id, name, role, grant, patients }) => ({
      id,
      name,
      role,
      grantedNodes: group.members.map((did) => mayCall(grant, did)),
      patients: accessOf(patients, vaults),
    })),
  }
}

function patientsView(grant: PatientGrant, vaults: Vaults): PatientsView {
  const { vaultUrl: url, vaultId, table, isEmulated, minter } = vaults.patients
  const isDown = vaults.faults.isDown(minter.name)
  return { url, vaultId, table, isEmulated, isDown, access: accessOf(grant, vaults) }
}

/** Without a role for masked values nobody gets them: an account's whole authority is more. */
function accessOf(grant: PatientGrant, { patients }: Vaults): PatientsView['access'] {
  return grant === 'masked' && patients.maskedRole === undefined ? null : grant
}

function userView({ id, name, role, grant }: DemoUser): NonNullable<SessionView['user']> {
  return { id, name, role, holdsGroup: grant === 'group' }
}
