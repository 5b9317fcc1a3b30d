/** Finds out who calls a route of today's API, by the token. */
import type { Context } from 'hono'
import type { NodeState } from '../environment.ts'
import { canonicalDid } from '../identity.ts'
import type { Seen } from './input.ts'
import {
  decodeNuc,
  type Envelope,
  endsInTime,
  hashesOf,
  judgeNuc,
  type NucRules,
  type Verdict,
} from './nuc.ts'

/**
 * Who a route is for: a registered `builder`; a `user`, one who owns documents; whoever signs for `itself`,
 * registered or not.
 */
export type Audience = 'builder' | 'user' | 'itself'

export interface Caller {
  did: string
  /** The command of the token. */
  granted: string
}

export interface Question {
  audience: Audience
  /** What came in, as policies see it. */
  seen: Seen
}

/** The caller, or the answer that refuses one. */
export async function findCaller(
  node: NodeState,
  context: Context,
  { audience, seen }: Question,
): Promise<Caller | Response> {
  const [scheme = '', token = ''] = (context.req.header('authorization') ?? '').split(' ')
  if (scheme.toLowerCase() !== 'bearer') return unauthorized(context)
  const envelope = await decode(token)
  if (!envelope) return unauthorized(context)
  const { sub, cmd } = envelope.nuc.payload
  const subject = sub.didString
  const did = canonicalDid(subject)
  if (audience === 'builder' && !node.store().today.builders.find(did))
    return context.text('Not Found', 404)
  if (audience === 'user' && !node.store().today.users.find(did)) return unauthorized(context)

  const rules = rulesFor(node, { audience, subject, request: requestOf(context, seen) })
  const verdict = await judge({ node, audience, token, envelope, rules })
  if (verdict === 'good') return { did, granted: cmd }
  if (verdict === 'foreign' && audience === 'builder') return context.text('Payment Required', 402)
  return unauthorized(context)
}

async function decode(token: string): Promise<Envelope | undefined> {
  try {
    return await decodeNuc(token)
  } catch {
    return undefined
  }
}

function unauthorized(context: Context): Response {
  return context.text('Unauthorized', 401)
}

function requestOf({ req }: Context, { body, query, param }: Seen): Record<string, unknown> {
  return {
    req: { path: req.path, headers: req.header() },
    payload: { body: body ?? {}, query: query ?? {}, param: param ?? {} },
  }
}

interface Facts {
  audience: Audience
  subject: string
  request: Record<string, unknown>
}

/**
 * The real node looks at nothing of a user's token but its chain: not at `aud`, nor whether it is a delegation.
 * Policies see the request on a builder's routes alone.
 */
function rulesFor(node: NodeState, { audience, subject, request }: Facts): NucRules {
  const timeProvider = () => node.conditions.now()
  const isLenient = audience === 'user' && !node.isStrict
  if (isLenient) return { rootIssuers: [subject], timeProvider }
  return {
    rootIssuers: [subject],
    timeProvider,
    params: { tokenRequirements: { type: 'invocation', audience: node.identity().didKey } },
    ...(audience !== 'itself' && { context: request }),
  }
}

interface Judged {
  node: NodeState
  audience: Audience
  token: string
  envelope: Envelope
  rules: NucRules
}

async function judge({ node, audience, token, envelope, rules }: Judged): Promise<Verdict> {
  const verdict = await judgeNuc(envelope, rules)
  if (verdict !== 'good') return verdict
  const { isStrict, conditions } = node
  if (isStrict && !endsInTime(envelope, conditions.now())) return 'bad'
  const isListed = audience === 'builder' || isStrict
  const hashes = hashesOf(token)
  if (isListed && node.store().today.revocations.among(hashes, node.now()).length > 0) return 'bad'
  const isRevoked = [token, ...token.split('/')].some((text) =>
    conditions.isRevoked(text, undefined),
  )
  return isRevoked ? 'bad' : 'good'
}
