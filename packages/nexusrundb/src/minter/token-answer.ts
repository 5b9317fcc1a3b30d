/** Finds the token in an answer of the token endpoint, whose shape is not documented. */
import { MintError } from '@valetkey/broker'
import type { UpstreamAnswer } from '@valetkey/broker/upstream'
import { type Fields, isFields, jsonOf } from './fields.ts'

/**
 * Takes the token out of an answer: its content, parsed where it is JSON and else as text, and its content type.
 * `undefined` says that there is none.
 */
export type ExtractToken = (content: unknown, contentType: string) => string | undefined

const TOKEN = /^[\x21-\x7e]{1,131072}$/
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/
const FIELDS = ['token', 'jwt', 'jwttoken', 'access_token', 'accessToken']
const WRAPPERS = ['data', 'result']
const MAX_NAMES = 10

/** @throws {MintError} `upstream_invalid` with the names of the members there are, never a value. */
export function tokenIn({ text, headers }: UpstreamAnswer, extract: ExtractToken): string {
  const contentType = headers.get('content-type') ?? ''
  const content = contentOf(text)
  const token = extracted(extract, content, contentType)
  if (typeof token === 'string' && TOKEN.test(token)) return token
  throw new MintError(
    'upstream_invalid',
    `NexusRunDB's token endpoint answered without a usable token (${describe(content)}); where it is another member, set tokenField or extractToken`,
  )
}

/** A bare text that looks like a JWT, or the first usual member, also one level down. */
export function usualToken(content: unknown): string | undefined {
  if (typeof content === 'string') return JWT.test(content) ? content : undefined
  if (!isFields(content)) return undefined
  const places = [content, ...WRAPPERS.map((name) => content[name]).filter(isFields)]
  return places
    .flatMap((place) => FIELDS.map((name) => place[name]))
    .find((value) => typeof value === 'string')
}

/** The member that `path` names, one within another where it has dots. */
export function tokenAt(path: string): ExtractToken {
  return (content) => {
    const found = path
      .split('.')
      .reduce<unknown>((place, name) => (isFields(place) ? place[name] : undefined), content)
    return typeof found === 'string' ? found : undefined
  }
}

/** What a function of the configuration throws may quote the answer. */
function extracted(extract: ExtractToken, content: unknown, contentType: string): unknown {
  try {
    return extract(content, contentType)
  } catch {
    throw new MintError('upstream_invalid', 'extractToken failed on an answer of NexusRunDB')
  }
}

/** Answers come as JSON or as text, and a server's word for which is not relied on. */
function contentOf(text: string): unknown {
  const trimmed = text.trim()
  return jsonOf(trimmed) ?? trimmed
}

function describe(content: unknown): string {
  if (isFields(content)) return `it has the members ${namesIn(content)}`
  if (typeof content === 'string' && content.startsWith('<'))
    return 'it is a page, so something else stands before NexusRunDB'
  return typeof content === 'string' ? 'it is text, and no JWT' : 'it is JSON, and no object'
}

/** Names are the vendor's, yet a value could stand where a name should. */
function namesIn(content: Fields): string {
  const names = Object.keys(content).filter((name) => /^[A-Za-z_]\w{0,31}$/.test(name))
  return names.slice(0, MAX_NAMES).join(', ') || 'of no name that can be shown'
}
