/** Parses a broker's answer item by item, so that one bad item spoils only itself. */
import { isWireErrorCode } from './error-codes.ts'
import { isAudience, isAudienceName } from './names.ts'
import { MAX_EXPIRES_IN, type TokenFailure, type TokenGrant } from './shapes.ts'

const TOKEN = /^[\x21-\x7e]{1,131072}$/

export interface MalformedItem {
  id: string
  audience?: string
  /** What is wrong, in words free of secrets. */
  malformed: string
}

export type AnswerItem = TokenGrant | TokenFailure | MalformedItem

export interface Answer {
  /** Epoch milliseconds by the broker's clock. */
  serverTime?: number
  session?: string
  groups: Record<string, string[]>
  items: AnswerItem[]
}

/** Reads a 200 answer. Returns `undefined` if it is not an answer at all. */
export function parseAnswer(body: unknown): Answer | undefined {
  if (!isRecord(body) || !Array.isArray(body.tokens)) return undefined
  const answer: Answer = { groups: parseGroups(body.groups), items: parseItems(body.tokens) }
  if (isFiniteNumber(body.server_time)) answer.serverTime = body.server_time
  if (typeof body.session === 'string') answer.session = body.session
  return answer
}

/** Reads the `tokens` of an answer or of a problem. */
export function parseItems(items: unknown): AnswerItem[] {
  return Array.isArray(items) ? items.filter(isRecord).map(parseItem) : []
}

function parseItem(item: Record<string, unknown>): AnswerItem {
  const id = typeof item.id === 'string' ? item.id : ''
  const { audience } = item
  if (typeof audience !== 'string') return { id, malformed: 'audience is not a string' }
  if (item.error !== undefined) return parseFailure({ id, audience }, item)
  const problem = grantProblem(item)
  if (problem) return { id, audience, malformed: problem }
  const grant: TokenGrant = { id, audience, expires_in: item.expires_in as number }
  if (item.delivery === 'proxy') grant.delivery = 'proxy'
  else grant.access_token = item.access_token as string
  if (typeof item.token_id === 'string') grant.token_id = item.token_id
  if (typeof item.scope === 'string') grant.scope = item.scope
  if (typeof item.resource === 'string') grant.resource = item.resource
  return grant
}

function parseFailure(
  ids: { id: string; audience: string },
  item: Record<string, unknown>,
): TokenFailure | MalformedItem {
  if (!isWireErrorCode(item.error)) return { ...ids, malformed: 'error is not a code we know' }
  const failure: TokenFailure = { ...ids, error: item.error }
  if (typeof item.error_description === 'string') failure.error_description = item.error_description
  if (typeof item.retryable === 'boolean') failure.retryable = item.retryable
  if (isFiniteNumber(item.retry_after) && item.retry_after >= 0)
    failure.retry_after = item.retry_after
  return failure
}

function grantProblem(item: Record<string, unknown>): string | undefined {
  const { expires_in, delivery } = item
  if (!isFiniteNumber(expires_in) || expires_in <= 0 || expires_in > MAX_EXPIRES_IN)
    return 'expires_in is not a number of seconds above 0'
  if (item.resource !== undefined && typeof item.resource !== 'string')
    return 'resource is not a string'
  if (delivery !== undefined && delivery !== 'proxy' && delivery !== 'token')
    return 'delivery is neither token nor proxy'
  if (delivery === 'proxy')
    return typeof item.resource === 'string' ? undefined : 'resource is missing'
  if (typeof item.access_token !== 'string' || !TOKEN.test(item.access_token))
    return 'access_token is not 1 to 131072 printable ASCII characters'
  if (item.token_type !== undefined && !isBearer(item.token_type)) return 'token_type is not Bearer'
  return undefined
}

function parseGroups(groups: unknown): Record<string, string[]> {
  if (!isRecord(groups)) return {}
  const entries = Object.entries(groups).filter(
    (entry): entry is [string, string[]] =>
      isAudienceName(entry[0]) &&
      Array.isArray(entry[1]) &&
      entry[1].every((member) => isMemberOf(entry[0], member)),
  )
  return Object.fromEntries(entries)
}

function isMemberOf(group: string, member: unknown): boolean {
  return typeof member === 'string' && isAudience(member) && member.startsWith(`${group}/`)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** RFC 6749, section 5.1: the value is case insensitive. */
function isBearer(tokenType: unknown): boolean {
  return typeof tokenType === 'string' && tokenType.toLowerCase() === 'bearer'
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
