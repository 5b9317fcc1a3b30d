/** Imitates Ably's REST API, as strict as its documents. Shares no code with the minter, which would hide its faults. */
import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { allows } from './emulated-capability.ts'
import { createTokenDesk, type EmulatedToken, type TokenRules } from './emulated-tokens.ts'

export interface AblyEmulator {
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** From now on the tokens there are count as revoked. */
  readonly revokeAll: () => void
  /** How many tokens were given. */
  readonly given: () => number
}

export function createAblyEmulator({
  key,
  capability = { '*': ['*'] },
  now = Date.now,
}: Pick<TokenRules, 'key'> & Partial<TokenRules>): AblyEmulator {
  const desk = createTokenDesk({ key, capability, now })
  const channels = new Map<string, object[]>()
  const app = new Hono()
  // Ably admits browsers of all origins.
  app.use(cors({ origin: '*' }))

  app.post('/keys/:keyName/requestToken', async (context) => {
    const request: unknown = await context.req.json().catch(() => undefined)
    const { keyName } = context.req.param()
    const answer = desk.answer({ ...Object(request), keyName })
    return typeof answer === 'number' ? refused(answer) : Response.json(answer, { status: 201 })
  })

  /** The caller's token, where it may do this, or the number of Ably's error. */
  function callerOf(
    authorization: string | undefined,
    channel: string,
    operation: string,
  ): EmulatedToken | number {
    const token = desk.read(authorization)
    if (typeof token === 'number' || allows(token.capability, channel, operation)) return token
    return 40160
  }

  app.post('/channels/:channel/messages', async (context) => {
    const { channel } = context.req.param()
    const caller = callerOf(context.req.header('authorization'), channel, 'publish')
    if (typeof caller === 'number') return refused(caller)
    const content: unknown = await context.req.json()
    const { clientId } = caller
    const messages = [content].flat().map((one) => ({ ...Object(one), clientId, timestamp: now() }))
    channels.set(channel, [...messages.toReversed(), ...(channels.get(channel) ?? [])])
    return Response.json({ channel, messageId: randomBytes(8).toString('hex') }, { status: 201 })
  })

  app.get('/channels/:channel/messages', (context) => {
    const { channel } = context.req.param()
    const caller = callerOf(context.req.header('authorization'), channel, 'history')
    if (typeof caller === 'number') return refused(caller)
    return Response.json(channels.get(channel) ?? [])
  })

  const { revokeAll, given } = desk
  return { fetch: app.fetch, revokeAll, given }
}

/** Ably's envelope of errors. All but one of ours are about who asks. */
function refused(code: number): Response {
  const statusCode = code === 40003 ? 400 : 401
  const error = { code, statusCode, message: 'refused', href: `https://help.ably.io/error/${code}` }
  return Response.json({ error }, { status: statusCode })
}
