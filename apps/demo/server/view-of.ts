/** Makes what the page is told of the session and the vaults. */
import { LIFETIME_MS, type Session } from './session.ts'
import type { PatientsView, SessionView, VisitsView, WalletView } from './session-view.ts'
import {
  type DemoUser,
  type Grant,
  isGranted,
  type PatientGrant,
  USERS,
  type VisitsGrant,
} from './users.ts'
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
    visits: visitsView(session?.user.visits ?? null, vaults),
    wallet: walletView(session?.user.wallet ?? false, vaults),
    users: USERS.map(({ id, name, role, grant, patients, visits, wallet }) => ({
      id,
      name,
      role,
      grantedNodes: group.members.map((did) => mayCall(grant, did)),
      patients: accessOf(patients, vaults),
      visits,
      wallet,
    })),
  }
}

function patientsView(grant: PatientGrant, vaults: Vaults): PatientsView {
  const { vaultUrl: url, vaultId, table, isEmulated, minter } = vaults.patients
  const isDown = vaults.faults.isDown(minter.name)
  return { url, vaultId, table, isEmulated, isDown, access: accessOf(grant, vaults) }
}

function visitsView(access: VisitsGrant, { visits, faults }: Vaults): VisitsView {
  const { url, bucket, minter } = visits
  return { url, bucket, isDown: faults.isDown(minter.name), access }
}

function walletView(isGranted: boolean, { wallet, faults }: Vaults): WalletView {
  const { minter, ...facts } = wallet
  return { ...facts, isDown: faults.isDown(minter.name), isGranted }
}

/** Without a role for masked values nobody gets them: an account's whole authority is more. */
function accessOf(grant: PatientGrant, { patients }: Vaults): PatientsView['access'] {
  return grant === 'masked' && patients.maskedRole === undefined ? null : grant
}

function userView({ id, name, role, grant }: DemoUser): NonNullable<SessionView['user']> {
  return { id, name, role, holdsGroup: grant === 'group' }
}
