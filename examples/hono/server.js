/** Hono: the broker is a function from `Request` to `Response`, and so is a route. */
import { serve } from '@hono/node-server'
import { createBroker } from '@valetkey/broker'
import { Hono } from 'hono'
import { signIn, userOf } from 'shared/login'
import { demoMinter } from 'shared/minter'

const broker = createBroker({
  audiences: { cards: demoMinter(), payroll: demoMinter() },
  authenticate: userOf,
  authorize: (user, { audience }) => user.audiences.includes(audience),
})

const app = new Hono()
app.all('/api/broker/*', (context) => broker.fetch(context.req.raw))
app.post('/api/login', async (context) => {
  const { user } = await context.req.json()
  const cookie = await signIn(user)
  if (cookie) context.header('Set-Cookie', cookie)
  return context.body(null, cookie ? 204 : 401)
})
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' })
