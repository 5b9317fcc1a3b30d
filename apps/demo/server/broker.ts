/** The broker of the demo: one group of vaults, the demo's login, the demo's grants. */
import { createBroker } from '@valetkey/broker'
import type { DemoParts } from './parts.ts'
import { isGranted } from './users.ts'
import { RECORDS } from './vaults.ts'

export type Broker = ReturnType<typeof createDemoBroker>

/** Creates the broker, to be served below `/api/broker`. */
export function createDemoBroker({ sessions, cookie, vaults, origins }: DemoParts) {
  const members = vaults.nodes.map(({ did }) => did)

  return createBroker({
    audiences: { records: vaults.minter },
    basePath: '/api/broker',
    origins,
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
    authorize({ session }, { audience }) {
      if (!isGranted(session.user.grant, audience, { name: RECORDS, members })) return false
      return { maxLifetimeMs: session.lifetimeMs }
    },
  })
}
