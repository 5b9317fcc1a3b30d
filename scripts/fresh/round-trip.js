/** In a fresh Node app: a client gets a token from a broker, over a real connection. */
import { createBroker } from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTestMinter } from '@valetkey/broker/testing'
import { createTokenClient } from '@valetkey/client'

const broker = createBroker({
  audiences: { cards: createTestMinter() },
  authenticate: (request) =>
    request.headers.get('Authorization') ? { subject: 'ada', login: 'one' } : null,
  authorize: (user) => user.subject === 'ada',
})
const { url, close } = await serveBroker(broker)
const client = createTokenClient(url, { headers: () => ({ Authorization: 'Bearer of-the-app' }) })
const { expiresAt } = await client.getToken('cards')
if (!(expiresAt > Date.now())) throw new Error('the token has ended')
client.dispose()
await close()
console.log('a token')
