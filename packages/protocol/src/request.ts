/** Parses a token request strictly, so that a typo is named and never ignored. */
import * as v from 'valibot'
import { isAudience } from './names.ts'
import { MAX_ITEMS, type TokenRequest } from './shapes.ts'

/** Printable ASCII without the two characters RFC 6749, section 3.3, keeps out of a scope. */
const SCOPE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

const item = v.strictObject(
  ownOnly({
    id: text(32),
    audience: v.pipe(v.string('is not a string'), v.check(isAudience, 'is not an audience name')),
    scope: v.optional(
      v.pipe(
        v.string('is not a string'),
        v.maxLength(1024, 'is longer than 1024 characters'),
        v.regex(SCOPE, 'holds a character no scope may hold'),
      ),
    ),
    ttl: v.optional(
      v.pipe(
        v.number('is not a number'),
        v.finite('is not a finite number'),
        v.minValue(1, 'is less than 1 second'),
      ),
    ),
    context: v.optional(v.unknown()),
    rejected: v.optional(text(128)),
  }),
  objectWording,
)

const request = v.strictObject(
  ownOnly({
    background: v.optional(v.boolean('is not a boolean')),
    tokens: v.pipe(
      v.array(item, 'is not an array'),
      v.minLength(1, 'holds no item'),
      v.maxLength(MAX_ITEMS, `holds more than ${MAX_ITEMS} items`),
      v.check(
        (items) => new Set(items.map(({ id }) => id)).size === items.length,
        'holds an id twice',
      ),
    ),
  }),
  objectWording,
)

export type ParsedRequest =
  | { ok: true; request: TokenRequest }
  /** `problem` names the member and what is wrong with it, and quotes no value. */
  | { ok: false; problem: string }

/** Checks the JSON body of `POST {broker}/tokens`. */
export function parseTokenRequest(body: unknown): ParsedRequest {
  const result = v.safeParse(request, body, { abortEarly: true })
  if (result.success) return { ok: true, request: result.output as TokenRequest }
  const [issue] = result.issues
  return { ok: false, problem: `${placeOf(issue)} ${issue.message}` }
}

function text(maxLength: number) {
  return v.pipe(
    v.string('is not a string'),
    v.minLength(1, 'is empty'),
    v.maxLength(maxLength, `is longer than ${maxLength} characters`),
  )
}

/** valibot looks members up with `in`; without a prototype `toString` and `__proto__` are unknown too. */
function ownOnly<T extends object>(entries: T): T {
  return Object.setPrototypeOf({ ...entries }, null)
}

function objectWording(issue: v.StrictObjectIssue): string {
  if (issue.expected === 'never') return 'is not a member of this protocol'
  return issue.expected === 'Object' ? 'is not an object' : 'is missing'
}

/** Names the member, shortened and in plain characters, since its name may be a stranger's. */
function placeOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  if (path === null) return 'the body'
  if (path === '') return '""'
  const plain = path.replace(/[^\x20-\x7e]/g, '?')
  return plain.length > 64 ? `${plain.slice(0, 64)}…` : plain
}
