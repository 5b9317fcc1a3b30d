/** Mints tokens, as documented where the document says something: Basic only, expiry in milliseconds. */
import type { Context, Hono } from 'hono'
import { ASSUMPTION_HEADER, badRequest, forbidden, notFound, unauthorized } from './answers.ts'
import type { NexusRunDbEnvironment, NexusRunDbState } from './environment.ts'

const ASSUMPTION = { [ASSUMPTION_HEADER]: 'token-endpoint' }

export function addTokenRoute(app: Hono<NexusRunDbEnvironment>, state: NexusRunDbState): void {
  const { tokenMethod, tokenPath } = state.habits
  const pattern = tokenPath.replaceAll(/\{(\w+)\}/g, ':$1')
  app.on(tokenMethod, pattern, async (context) => {
    const accessKey = holderIn(context, state)
    const lifetimeMs = expiryIn(context, state.habits.expiryParam)
    const { exp, tokenAnswer, tokenField } = state.habits
    const nowMs = state.conditions.now()
    const token = await state.tokens.mint({ accessKey, lifetimeMs, nowMs, exp })
    if (tokenAnswer === 'text')
      return new Response(token, { headers: { ...ASSUMPTION, 'content-type': 'text/plain' } })
    return Response.json(nested(tokenField, token), { headers: ASSUMPTION })
  })
}

/** Whose rights the token will have. @throws {NexusRunDbError} 401, 403, 404 */
function holderIn(context: Context<NexusRunDbEnvironment>, { keys }: NexusRunDbState): string {
  const { key, by } = context.get('caller')
  if (by === 'bearer') throw unauthorized('A token cannot be used to make another')
  if (!key) throw unauthorized('A credential is missing')
  const asked = context.req.param('accessKey') ?? key.id
  if (asked !== key.id && !key.isMaster)
    throw forbidden('Only the Master access key makes tokens for other access keys')
  if (!keys.find(asked)) throw notFound('The access key')
  return asked
}

/** Milliseconds. @throws {NexusRunDbError} 400 */
function expiryIn({ req }: Context, name: string): number {
  const text = req.query(name) ?? ''
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw badRequest(`${name} must be a number of milliseconds above 0`)
}

/** `a.b` becomes `{ a: { b: value } }`. */
function nested(path: string, value: string): unknown {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
}
