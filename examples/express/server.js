/** Express: a session cookie; the broker in a router that is mounted below /api. */
import { createBroker } from '@valetkey/broker'
import { toNodeHandler } from '@valetkey/broker/node'
import express from 'express'
import { signIn, userOf } from 'shared/login'
import { demoMinter } from 'shared/minter'

const broker = createBroker({
  audiences: { cards: demoMinter(), payroll: demoMinter() },
  authenticate: userOf,
  authorize: (user, { audience }) => user.audiences.includes(audience),
})

const api = express.Router()
// What is not below /api/broker goes on. Before any parser of bodies: the handler would take what one has
// read, but a malformed body would be answered by the parser, in its own manner.
api.use(toNodeHandler(broker))
api.post('/login', express.json(), async (request, response) => {
  const cookie = await signIn(request.body?.user)
  if (cookie) response.setHeader('Set-Cookie', cookie)
  response.sendStatus(cookie ? 204 : 401)
})

const app = express()
app.disable('x-powered-by')
app.use('/api', api)
app.listen(process.env.PORT ?? 3000, '127.0.0.1')
