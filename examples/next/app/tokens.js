/** The one client of the page. On the server it is made too, and never asked. */
import { createTokenClient } from '@valetkey/client'

export const tokens = createTokenClient('/api/broker')
