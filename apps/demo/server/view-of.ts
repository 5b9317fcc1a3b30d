/** Makes what the page is told of the session and the vaults. */
import { LIFETIME_MS, type Session } from './session.ts'
import type { SessionView } from './session-view.ts'
import { type DemoUser, type Grant, isGranted, USERS } from './users.ts'
import { RECORDS, type Vaults } from './vaults.ts'

/** The view of `session`, or of a stranger. */
export function viewOf(session: Session | undefined, vaults: Vaults): SessionView {
  const group = { name: RECORDS, members: vaults.nodes.map(({ did }) => did) }
  const mayCall = (grant: Grant, did: string) => isGranted(grant, `${RECORDS}/${did}`, group)
  return {
    user: session ? userView(session.user) : null,
    lifetimeMs: session?.lifetimeMs ?? LIFETIME_MS.atFirst,
    isEmulated: vaults.faults !== undefined,
    nodes: vaults.nodes.map(({ did, url }) => ({
      did,
      url,
      audience: `${RECORDS}/${did}`,
      isGranted: mayCall(session?.user.grant ?? [], did),
      isDown: vaults.faults?.isDown(did) ?? false,
    })),
    users: USERS.map(({ id, name, role, grant }) => ({
      id,
      name,
      role,
      grantedNodes: group.members.map((did) => mayCall(grant, did)),
    })),
  }
}

function userView({ id, name, role, grant }: DemoUser): NonNullable<SessionView['user']> {
  return { id, name, role, holdsGroup: grant === 'group' }
}
