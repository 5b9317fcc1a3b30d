/** The broker, once for all routes of a process. */
import { createBroker } from '@valetkey/broker'
import { userOf } from 'shared/login'
import { vaultMinter } from './vault.js'

export const broker = createBroker({
  audiences: { cards: vaultMinter(), payroll: vaultMinter() },
  authenticate: userOf,
  authorize: (user, { audience }) => user.audiences.includes(audience),
})
