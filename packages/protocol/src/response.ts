/** Parses a broker's answer item by item, so that one bad item spoils only itself. */
import { MAX_EXPIRES_IN, type TokenFailure, type TokenGrant } from './shapes.ts'

const TOKEN = /^[\x21-\x7e]{1,131072}$/
const OPTIONAL_TEXTS = ['token_id', 'scope', 'resource', 'error_description']

export interface MalformedItem {
  id: string
  audience: string
  /** The member of the item that is missing or wrong. */
  malformed: string
}

export type AnswerItem = TokenGrant | TokenFailure | MalformedItem

export interface Answer {
  session?: string | undefined
  groups: Record<string, string[]>
  items: AnswerItem[]
}

/** Reads a 200 answer. Returns `undefined` if it is not an answer at all. */
export function parseAnswer(body: unknown): Answer | undefined {
  if (!isRecord(body) || !Array.isArray(body.tokens)) return undefined
  const session = typeof body.session === 'string' ? body.session : undefined
  return { session, groups: parseGroups(body.groups), items: parseItems(body.tokens) }
}

/** Reads the `tokens` of an answer or of a problem. */
export function parseItems(items: unknown): AnswerItem[] {
  return Array.isArray(items) ? items.filter(isRecord).map(parseItem) : []
}

function parseItem(item: Record<string, unknown>): AnswerItem {
  const malformed = faultOf(item)
  if (!malformed) return item as unknown as AnswerItem
  return { id: String(item.id), audience: String(item.audience), malformed }
}

/** The first member that is missing or wrong; an empty string if all is well. */
function faultOf(item: Record<string, unknown>): string {
  const wrong = OPTIONAL_TEXTS.find((name) => typeof (item[name] ?? '') !== 'string')
  if (wrong) return wrong
  if (typeof item.id !== 'string') return 'id'
  if (typeof item.audience !== 'string') return 'audience'
  if (item.error !== undefined) return failureFault(item)
  if (!isBetween(item.expires_in, Number.MIN_VALUE, MAX_EXPIRES_IN)) return 'expires_in'
  if (item.delivery === 'proxy') return item.resource ? '' : 'resource'
  if (item.delivery !== undefined && item.delivery !== 'token') return 'delivery'
  if (typeof item.access_token !== 'string' || !TOKEN.test(item.access_token)) return 'access_token'
  return /^bearer$/i.test(String(item.token_type ?? 'Bearer')) ? '' : 'token_type'
}

function failureFault({ error, retryable, retry_after }: Record<string, unknown>): string {
  if (typeof error !== 'string') return 'error'
  if (retryable !== undefined && typeof retryable !== 'boolean') return 'retryable'
  return retry_after === undefined || isBetween(retry_after, 0, MAX_EXPIRES_IN) ? '' : 'retry_after'
}

/** Keeps the groups whose members are addressed as such. */
function parseGroups(groups: unknown): Record<string, string[]> {
  const entries = Object.entries(isRecord(groups) ? groups : {}).filter(
    (entry): entry is [string, string[]] =>
      Array.isArray(entry[1]) &&
      entry[1].every((one) => typeof one === 'string' && one.startsWith(`${entry[0]}/`)),
  )
  return Object.fromEntries(entries)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}
