/** Parses a token request strictly, so that a typo is named and never ignored. */
import * as v from 'valibot'
import { isAudience } from './names.ts'
import { MAX_ITEMS, type TokenRequest } from './shapes.ts'

const item = v.strictObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
  audience: v.pipe(v.string(), v.check(isAudience, 'is not an audience name')),
  scope: v.optional(v.pipe(v.string(), v.maxLength(1024), v.regex(/^[\x20-\x7e]*$/))),
  ttl: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0))),
  context: v.optional(v.unknown()),
  rejected: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
})

const request = v.strictObject({
  background: v.optional(v.boolean()),
  tokens: v.pipe(
    v.array(item),
    v.minLength(1, 'holds no item'),
    v.maxLength(MAX_ITEMS, `holds more than ${MAX_ITEMS} items`),
    v.check(
      (items) => new Set(items.map(({ id }) => id)).size === items.length,
      'holds an id twice',
    ),
  ),
})

export type ParsedRequest =
  | { ok: true; request: TokenRequest }
  /** `problem` names the member and what is wrong with it, and quotes no value. */
  | { ok: false; problem: string }

/** Checks the JSON body of `POST {broker}/tokens`. */
export function parseTokenRequest(body: unknown): ParsedRequest {
  const result = v.safeParse(request, body)
  if (result.success) return { ok: true, request: result.output as TokenRequest }
  const [issue] = result.issues
  const path = v.getDotPath(issue) ?? 'the body'
  return { ok: false, problem: `${path}: ${wording(issue)}` }
}

function wording(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return 'is not a member of this protocol'
  if (issue.type === 'check' || issue.type === 'min_length' || issue.type === 'max_length')
    return issue.message.startsWith('Invalid')
      ? `has the wrong length (${issue.expected})`
      : issue.message
  return `expected ${issue.expected ?? issue.type}`
}
