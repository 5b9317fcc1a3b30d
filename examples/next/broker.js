/** The broker, once for all routes of a process. */
import { createBroker } from '@valetkey/broker'
import { userOf } from 'shared/login'
import { demoMinter } from 'shared/minter'

export const broker = createBroker({
  audiences: { cards: demoMinter(), payroll: demoMinter() },
  authenticate: userOf,
  authorize: (user, { audience }) => user.audiences.includes(audience),
})
