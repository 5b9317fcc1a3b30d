/** Our own client, as it comes. The login is the server's: its cookie is there already. */
import { createTokenClient } from '../../../src/index.ts'
import { present } from './page.ts'

const client = createTokenClient('/api/broker')

present({
  async start() {
    await client.getToken('api')
  },
  token: async (audience = 'api') => (await client.getToken(audience)).value,
  tokenUntil: async (signal) => (await client.getToken('api', { signal })).value,
  hasAudiences: true,
  async signOut() {
    client.reset(null)
  },
  call: async (url) => (await client.fetchFor('api')(url)).status,
})
