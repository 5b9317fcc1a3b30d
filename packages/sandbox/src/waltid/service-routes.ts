/** Shows what the organization's services hold: wallet, trust registry, resources. */
import type { Hono } from 'hono'
import { KMS_RESOURCES, placesOf, TRUST_SOURCES, WALLET_CONTENT } from './content.ts'
import { assume, targetFor, type WaltidEnvironment, type WaltidState } from './environment.ts'
import { badRequest, notFound } from './errors.ts'

export function addServiceRoutes(app: Hono<WaltidEnvironment>, state: WaltidState): void {
  const { wallet, trustRegistry } = placesOf(state.organization)

  app.get('/v2/:target/wallet-service-api/:kind', (context) => {
    const kind = context.req.param('kind')
    const content = WALLET_CONTENT[kind]
    if (!content) throw notFound(context.req.path)
    if (targetFor(context, `list-${kind}`) !== wallet) throw notFound('wallet')
    if (kind === 'credentials') assume(context, 'fields of credentials')
    return context.json(content)
  })

  app.get('/v1/:target/trust-registry-api/sources', (context) => {
    if (targetFor(context, 'list-trust-sources') !== trustRegistry) throw notFound('trust registry')
    assume(context, 'name of the permission')
    return context.json(TRUST_SOURCES)
  })

  app.get('/v1/:target/resource-api/resources/list', (context) => {
    const target = targetFor(context, 'list-resources')
    const limit = count(context.req.query('limit') ?? '50')
    const offset = count(context.req.query('offset') ?? '0')
    const children = childrenOf(target, state)
    if (!children) throw notFound(target)
    return context.json(children.slice(offset, offset + limit))
  })
}

function childrenOf(
  target: string,
  { organization, store }: WaltidState,
): readonly object[] | undefined {
  const { tenant, wallet, trustRegistry, kms } = placesOf(organization)
  const ids = (list: readonly string[]) => list.map((_id) => ({ _id }))
  if (target === organization) return ids([tenant, ...store().keys.keys(), ...store().roles.keys()])
  if (target === tenant) return ids([wallet, trustRegistry, kms])
  return target === kms ? KMS_RESOURCES : undefined
}

function count(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw badRequest('limit and offset must be whole numbers')
}
