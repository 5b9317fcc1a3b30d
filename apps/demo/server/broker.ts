/** The broker of the demo: four systems, each in both deliveries, the demo's login, the demo's grants. */
import { createBroker, type Grant } from '@valetkey/broker'
import { patientCalls, RECORD_CALLS, visitCalls, walletCalls } from './forwarded.ts'
import type { DemoParts } from './parts.ts'
import type { Session } from './session.ts'
import { isGranted } from './users.ts'
import { RECORDS, type Vaults } from './vaults.ts'

export type Broker = ReturnType<typeof createDemoBroker>

const PROXIED = '-proxied'
const DAY_MS = 86_400_000

/** Creates the broker, to be served below `/api/broker`. */
export function createDemoBroker({ sessions, cookie, vaults, origins, audit }: DemoParts) {
  const { minter: nodes, patients, visits, wallet } = vaults
  return createBroker({
    audiences: {
      records: nodes,
      patients: patients.minter,
      // Whether these two admit browsers is not documented, so the broker would keep their tokens; the sandbox does.
      visits: { minter: visits.minter, delivery: 'token' },
      wallet: { minter: wallet.minter, delivery: 'token' },
      // The same vaults again: here their tokens stay, and calls go through the broker.
      'records-proxied': { minter: nodes, delivery: 'proxy', allow: RECORD_CALLS },
      'patients-proxied': {
        minter: patients.minter,
        delivery: 'proxy',
        allow: patientCalls(patients),
      },
      'visits-proxied': { minter: visits.minter, delivery: 'proxy', allow: visitCalls(visits) },
      'wallet-proxied': {
        minter: wallet.minter,
        delivery: 'proxy',
        allow: walletCalls(wallet),
        maxLifetimeMs: 30 * DAY_MS,
      },
    },
    basePath: '/api/broker',
    origins,
    onEvent: (event) => audit.note(event),
    authenticate(request) {
      const session = sessions.get(cookie.read(request))
      if (!session) return null
      return {
        subject: session.user.id,
        login: session.login,
        expiresAt: session.expiresAt,
        session,
      }
    },
    // Who may have a token may have it kept: a grant does not depend on the delivery.
    authorize: ({ session }, { audience }) =>
      grantOf(session, audience.replace(PROXIED, ''), vaults),
  })
}

function grantOf(session: Session, audience: string, { nodes, patients }: Vaults): Grant {
  const { user, lifetimeMs: maxLifetimeMs } = session
  // A key is a resource that stays at walt.id: short ones would pile up.
  if (audience === 'wallet') return user.wallet
  if (audience === 'visits') return user.visits !== null && { scope: user.visits, maxLifetimeMs }
  if (audience === 'patients') {
    const role = user.patients === 'plain' ? patients.plainRole : patients.maskedRole
    if (user.patients === null || (user.patients === 'masked' && role === undefined)) return false
    return { maxLifetimeMs, ...(role !== undefined && { scope: `role:${role}` }) }
  }
  const group = { name: RECORDS, members: nodes.map(({ did }) => did) }
  return isGranted(user.grant, audience, group) && { maxLifetimeMs }
}
