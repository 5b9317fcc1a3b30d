/** Lets a request through to the routes if its token is good. */
import type { Context, MiddlewareHandler } from 'hono'
import type { Account } from './accounts.ts'
import type { NodeEnvironment, NodeState } from './environment.ts'
import { verifyToken } from './token.ts'

/** By prefix, so that unknown paths below these answer 404 without a token. */
const PUBLIC_PREFIXES: readonly [method: string, prefix: string][] = [
  ['GET', '/health'],
  ['GET', '/about'],
  ['GET', '/api/v1/openapi/docs'],
  ['POST', '/api/v1/accounts'],
]

/** Every token problem has the same answer: text, no `WWW-Authenticate`, no word of the reason. */
export function authenticate(node: NodeState): MiddlewareHandler<NodeEnvironment> {
  return async (context, next) => {
    const { method, path } = context.req
    if (PUBLIC_PREFIXES.some(([open, prefix]) => open === method && path.startsWith(prefix)))
      return next()
    const account = accountOf(node, context)
    if (!account) return context.text('Unauthorized', 401)
    if (node.conditions.settings().subscription === 'inactive') {
      // The one error whose time keeps its trailing zeros.
      const ts = node.now().toISOString()
      return context.json({ ts, errors: ['Subscription inactive'] }, 402)
    }
    context.set('account', account)
    return next()
  }
}

function accountOf(node: NodeState, context: Context): Account | undefined {
  const [scheme = '', token = ''] = (context.req.header('authorization') ?? '').split(' ')
  if (scheme.toLowerCase() !== 'bearer') return undefined
  const { accounts } = node.store()
  const verified = verifyToken(token, {
    audience: node.identity().didNil,
    isStrict: node.isStrict,
    nowMs: node.conditions.now(),
    publicKeyOf: (did) => accounts.find(did)?.publicKey,
  })
  if (!verified || node.conditions.isRevoked(token, verified.jti)) return undefined
  return accounts.find(verified.issuer)
}
