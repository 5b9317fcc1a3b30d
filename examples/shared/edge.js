/** The app of the examples that do not run on Node: tokens of ES256K, signed without `node:crypto`. */
import { createBroker } from '@valetkey/broker'
import { secretvault } from '@valetkey/secretvault/minter'
import { clusterOf } from './cluster.js'
import { signIn, userOf } from './login.js'
import { demoMinter } from './minter.js'

/** A function from `Request` to `Response`, as Workers, Deno and Bun serve them. */
export function createApp(secretKey) {
  const broker = createBroker({
    audiences: {
      cards: demoMinter(),
      payroll: demoMinter(),
      records: {
        minter: secretvault({ cluster: clusterOf(secretKey), checkDid: false }),
        // So that the example can show them; a real organization's stay on the server.
        allowFullAuthority: true,
      },
    },
    authenticate: userOf,
    authorize: (user, { audience }) => user.audiences.includes(audience),
  })

  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith(`${broker.basePath}/`)) return broker.fetch(request)
    if (pathname !== '/api/login') return new Response(null, { status: 404 })
    const { user } = await request.json()
    const cookie = await signIn(user)
    const headers = cookie ? { 'Set-Cookie': cookie } : {}
    return new Response(null, { status: cookie ? 204 : 401, headers })
  }
}
