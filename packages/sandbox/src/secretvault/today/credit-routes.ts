/** Tells builders what they have left, what storing costs. */
import { command } from './commands.ts'
import { paymentRefused } from './errors.ts'
import { fromBody, fromQuery, nothing } from './input.ts'
import { pageOf } from './page.ts'
import { addRoute, type RouteScope } from './route.ts'
import { page, payment } from './shapes.ts'
import { statisticsOf } from '../statistics.ts'

const ROOT = '/v1/credits'
const PRICING = {
  storageCostPerGbHour: 0.000_35,
  freeTierBytes: 104_857_600,
  supportedChainIds: [],
  nilUsdPrice: null,
  chains: [],
}
const NO_EXCHANGE =
  'Exchange API not configured: nilUsdExchangeApiUrl and nilUsdExchangeCoinId are required'

/** No chain is behind this node, so no payment is ever good. */
export function addCreditRoutes(scope: RouteScope): void {
  const { app, node } = scope
  const reading = { method: 'GET', for: 'builder', command: command('credits', 'read') } as const

  app.get(`${ROOT}/pricing`, (context) => context.json({ data: PRICING }))

  addRoute(scope, { ...reading, path: ROOT, input: nothing }, ({ did }) => {
    const { collections } = node.store().today
    const sizes = collections
      .ofOwner(did)
      .map(({ _id }) => statisticsOf(collections.recordsOf(_id)).size)
    const storageBytes = sizes.reduce((sum, size) => sum + size, 0)
    const { credits: status } = node.conditions.settings()
    const data = { creditsUsd: 0, status, storageBytes, estimatedHoursRemaining: null }
    return Response.json({ data })
  })

  addRoute(scope, { ...reading, path: `${ROOT}/payments`, input: fromQuery(page) }, ({ input }) =>
    Response.json(pageOf([], input)),
  )

  addRoute(
    scope,
    {
      method: 'POST',
      path: `${ROOT}/register`,
      input: fromBody(payment),
      for: 'builder',
      command: command('credits', 'create'),
    },
    ({ input: { payload } }) => {
      const { publicKey } = node.identity()
      if (payload.nodePublicKey === publicKey) throw paymentRefused(NO_EXCHANGE)
      throw paymentRefused(
        `Payment is for node ${payload.nodePublicKey}, but this node is ${publicKey}`,
      )
    },
  )
}
