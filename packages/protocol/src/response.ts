/** Parses a broker's answer item by item, so that one bad item spoils only itself. */
import { MAX_EXPIRES_IN, type TokenFailure, type TokenGrant } from './shapes.ts'

const TOKEN = /^[\x21-\x7e]{1,131072}$/
const TEXTS = ['token_id', 'scope', 'resource', 'error_description']

/** An item with the name of the member that is missing or wrong; an empty one if all is well. */
export type AnswerItem = Partial<TokenGrant & TokenFailure> & { readonly malformed: string }

export interface Answer {
  session?: string | undefined
  /** As it stands; read it by `membersIn`. */
  groups?: unknown
  items: AnswerItem[]
}

/** Reads a 200 answer. Returns `undefined` if it is not an answer at all. */
export function parseAnswer(body: unknown): Answer | undefined {
  if (!isRecord(body) || !Array.isArray(body.tokens)) return undefined
  const session = typeof body.session === 'string' ? body.session : undefined
  return { session, groups: body.groups, items: parseItems(body.tokens) }
}

/** Reads the `tokens` of an answer or of a problem. Who reads on looks for ids and audiences it knows. */
export function parseItems(items: unknown): AnswerItem[] {
  if (!Array.isArray(items)) return []
  return items.filter(isRecord).map((item) => ({ ...item, malformed: faultOf(item) }) as never)
}

function faultOf(item: Record<string, unknown>): string {
  const { error, expires_in, delivery, access_token, token_type = 'Bearer' } = item
  const wrong = TEXTS.find((name) => typeof (item[name] ?? '') !== 'string')
  if (wrong) return wrong
  if (error !== undefined) return isSeconds(item.retry_after ?? 0) ? '' : 'retry_after'
  if (!isSeconds(expires_in) || expires_in === 0) return 'expires_in'
  if (delivery === 'proxy') return item.resource ? '' : 'resource'
  if ((delivery ?? 'token') !== 'token') return 'delivery'
  if (typeof access_token !== 'string' || !TOKEN.test(access_token)) return 'access_token'
  return /^bearer$/i.test(token_type as string) ? '' : 'token_type'
}

function isSeconds(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_EXPIRES_IN
}

/** The members of a group by an answer, if it is one and all are addressed as its members. */
export function membersIn(groups: unknown, group: string): string[] | undefined {
  const members = isRecord(groups) && groups[group]
  const own = (one: unknown) => typeof one === 'string' && one.startsWith(`${group}/`)
  return Array.isArray(members) && members.every(own) ? members : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
