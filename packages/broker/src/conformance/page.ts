/** Sends requests as a page of the app would, or as one would that is not its own. */
import { isRecord, PROTOCOL_VERSION, VERSION_HEADER } from '@valetkey/protocol'
import type { ConformanceProfile } from './types.ts'

/** Headers to put in; `undefined` leaves one out. */
export type HeaderChanges = Readonly<Record<string, string | undefined>>

/** One item of an answer, as it came. */
export type AnsweredItem = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed JSON, `undefined` if it is none. */
  readonly body: unknown
  /** The objects in `tokens`; none if there are none. */
  readonly items: readonly AnsweredItem[]
}

export interface Sent {
  method?: string
  body?: BodyInit | null
  headers?: HeaderChanges
  /** Whose login goes with it. @default 'login' */
  as?: 'login' | 'otherLogin' | 'nobody'
}

export interface Page {
  readonly profile: ConformanceProfile
  readonly baseUrl: string
  readonly login: Headers
  /** The login is a bearer, which lets requests in without an origin. */
  readonly hasBearer: boolean
  /** `path` is relative to the broker. */
  send(path: string, sent?: Sent): Promise<Answer>
  /** Asks for tokens; items get the ids 1, 2, … where they have none. */
  ask(items: readonly (string | object)[], sent?: Sent): Promise<Answer>
  /** `POST tokens` with any body: text or bytes as they are, all else as JSON. */
  post(body: unknown, sent?: Sent): Promise<Answer>
}

export interface PageParts {
  baseUrl: string
  fetch: (request: Request) => Promise<Response>
  profile: ConformanceProfile
  login: Headers
  otherLogin?: Headers | undefined
  signal: AbortSignal
}

const SIGNED_IN: Readonly<Record<string, string>> = {
  Accept: 'application/json, application/problem+json',
  'Sec-Fetch-Site': 'same-origin',
  [VERSION_HEADER]: PROTOCOL_VERSION,
}

export function createPage(parts: PageParts): Page {
  const { baseUrl, profile, login } = parts
  const send = async (path: string, sent: Sent = {}): Promise<Answer> => {
    const { method = 'GET', body = null } = sent
    const request = new Request(`${baseUrl}/${path}`, {
      method,
      headers: headersOf(parts, sent),
      redirect: 'manual',
      signal: parts.signal,
      // A body without a type of its own, so that none is sent where a case leaves it out.
      ...(body !== null && { body: typeof body === 'string' ? encoded(body) : body }),
    })
    return readAnswer(await parts.fetch(request))
  }
  const post = (body: unknown, sent: Sent = {}): Promise<Answer> => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    return send('tokens', {
      method: 'POST',
      ...sent,
      body: isRaw ? (body as BodyInit) : JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...sent.headers },
    })
  }
  return {
    profile,
    baseUrl,
    login,
    hasBearer: /^bearer\s/i.test(login.get('Authorization') ?? ''),
    send,
    post,
    ask: (items, sent) => post({ tokens: items.map(numbered) }, sent),
  }
}

function numbered(item: string | object, index: number): object {
  const id = String(index + 1)
  return typeof item === 'string' ? { id, audience: item } : { id, ...item }
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function headersOf(parts: PageParts, { headers = {}, as = 'login' }: Sent): Headers {
  const all = new Headers(SIGNED_IN)
  const login = as === 'nobody' ? undefined : parts[as]
  for (const [name, value] of login ?? []) all.set(name, value)
  for (const [name, value] of Object.entries(headers))
    if (value === undefined) all.delete(name)
    else all.set(name, value)
  return all
}

async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response
  const text = await response.text()
  const body = parsed(text)
  const tokens = isRecord(body) && Array.isArray(body.tokens) ? body.tokens : []
  return { status, headers, text, body, items: tokens.filter(isRecord) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Lets time pass, where a case is about time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
