/** The shape of a fault, read strictly so that a slip in a test is not silence. */
import { z } from 'zod/v3'

/**
 * One fault for one emulated server. Members of a rule (`status`, `drop`, `delayMs`, `body` with their filters)
 * go together; the others stand for themselves. All of it lasts until `DELETE /_sandbox/faults`, a rule with
 * `times` for that many requests.
 */
export interface Fault {
  /** Answers with this status, 400 to 599, and the body that status has on the real server. */
  status?: number | undefined
  /** Destroys the connection. */
  drop?: boolean | undefined
  /**
   * Spoils the body of the answer, that of `status` or else the server's own: `html` puts a gateway's page in
   * its place, `truncated` cuts the connection in the middle of it, `malformed` ends it properly after a half.
   */
  body?: 'html' | 'truncated' | 'malformed' | undefined
  /** Waits so long before going on, milliseconds, at most ten minutes. */
  delayMs?: number | undefined
  /** `before` (default): the server never sees the request. `after`: it does what was asked first. */
  when?: 'before' | 'after' | undefined
  /** Hits this path alone; with `*` at the end, every path that begins so. */
  path?: string | undefined
  /** Hits this method alone. A preflight is hit only by a rule that names `OPTIONS`. */
  method?: string | undefined
  /** How many requests the rule hits. Without it: every one. */
  times?: number | undefined
  /** Every connection is destroyed at its first request. */
  down?: boolean | undefined
  /** Moves the server's clock, milliseconds; negative is behind. */
  clockOffsetMs?: number | undefined
  /** Without a subscription every seed-era call that needs a token answers 402. */
  subscription?: 'active' | 'inactive' | undefined
  /** How every builder of today's API stands with its credits; what it may not do any more answers 402. */
  credits?: CreditStatus | undefined
  /** Answers 503 to all but `/health` and `/about`, which says so. */
  maintenance?: boolean | undefined
  /** Answers 503 to all but `/health`, in the words of a node that updates its database. */
  migrating?: boolean | undefined
  /** How many requests a minute today's API takes from one address; more answer 429. */
  rateLimit?: number | undefined
  /** How long a query run lasts by the server's clock, milliseconds. */
  queryRunMs?: number | undefined
  /** Refuses the last record of each creation: 207 in today's API, `errors` in the seed era's. */
  partialCreate?: boolean | undefined
  /** The node has another key, so another DID: old tokens are meant for somebody else. */
  rotatedKey?: boolean | undefined
  /** Refuses this token from now on: its text, or `{ sha256 }` (hex, of the text), or `{ jti }`. */
  revoke?: string | { sha256: string } | { jti: string } | undefined
}

const CREDIT_STATUSES = [
  'free_tier',
  'active',
  'warning',
  'read_only',
  'suspended',
  'pending_purge',
] as const

/** As today's nodes name it. `read_only` leaves reading; the last two leave the profile alone. */
export type CreditStatus = (typeof CREDIT_STATUSES)[number]

/** A fault that cannot be read. The message names each member and what is wrong with it. */
export class FaultShapeError extends Error {
  override readonly name = 'FaultShapeError'
}

const MISHAPS = ['status', 'drop', 'delayMs', 'body'] as const
const FILTERS = ['when', 'path', 'method', 'times'] as const
const DAY_MS = 86_400_000

const REVOCATION_MESSAGE = 'takes a whole token, { sha256 } in 64 lower-case hex digits, or { jti }'

const revocation = z.union([
  // One segment, or several as a token with its proofs has.
  z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]*(\/[\w-]+\.[\w-]+\.[\w-]+)*$/, REVOCATION_MESSAGE),
  z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/, REVOCATION_MESSAGE) }).strict(),
  z.object({ jti: z.string().min(1) }).strict(),
])

const shape = z
  .object({
    status: z.number().int().min(400).max(599),
    drop: z.literal(true),
    delayMs: z.number().min(0).max(600_000),
    body: z.enum(['html', 'truncated', 'malformed']),
    when: z.enum(['before', 'after']),
    path: z.string().startsWith('/'),
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']),
    times: z.number().int().min(1),
    down: z.boolean(),
    // Ten years either way cover every test vector.
    clockOffsetMs: z
      .number()
      .min(-3660 * DAY_MS)
      .max(3660 * DAY_MS),
    subscription: z.enum(['active', 'inactive']),
    credits: z.enum(CREDIT_STATUSES),
    maintenance: z.boolean(),
    migrating: z.boolean(),
    rateLimit: z.number().int().min(0),
    queryRunMs: z.number().min(0).max(DAY_MS),
    partialCreate: z.boolean(),
    rotatedKey: z.boolean(),
    revoke: revocation,
  })
  .partial()
  .strict()

export function parseFault(input: unknown): Fault {
  const result = shape.safeParse(input)
  if (!result.success) throw new FaultShapeError(describe(result.error))
  const fault = definedMembersOf(result.data)
  const problem = problemOf(fault)
  if (problem) throw new FaultShapeError(problem)
  return fault
}

function definedMembersOf(fault: Fault): Fault {
  return Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== undefined))
}

function problemOf(fault: Fault): string | undefined {
  const has = (member: string) => Object.hasOwn(fault, member)
  if (Object.keys(fault).length === 0) return 'The body is empty: name at least one fault'
  if (has('status') && has('drop')) return 'drop: cannot stand beside status'
  if (has('body') && has('drop')) return 'drop: cannot stand beside body'
  const filter = FILTERS.find(has)
  if (filter && !MISHAPS.some(has))
    return `${filter}: needs status, drop or delayMs, or body, beside it`
  return undefined
}

function describe(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const members = issue.code === 'unrecognized_keys' ? issue.keys : issue.path
      return `${members.join(', ') || 'The body'}: ${messageOf(issue)}`
    })
    .join('; ')
}

function messageOf(issue: z.ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'no such member'
  if (issue.code !== 'invalid_union') return issue.message
  return REVOCATION_MESSAGE
}
