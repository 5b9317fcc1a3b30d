/** Keeps the faults that one emulated server was told to show. */
import { createHash } from 'node:crypto'
import { type CreditStatus, type Fault, FaultShapeError, parseFault } from './fault-shape.ts'

/** What happens to one request, on top of what the server would do. */
export type Mishap = Pick<Fault, 'delayMs' | 'status' | 'drop' | 'body' | 'when'>

/** What stays as it was set until it is set anew or cleared. */
export interface Settings {
  down: boolean
  clockOffsetMs: number
  subscription: 'active' | 'inactive'
  credits: CreditStatus
  maintenance: boolean
  migrating: boolean
  /** Without one there is no limit. */
  rateLimit?: number
  queryRunMs: number
  partialCreate: boolean
  rotatedKey: boolean
}

export interface FaultReport extends Settings {
  /** Rules still in force, oldest first, with how many more requests each will hit. */
  rules: readonly Rule[]
  /** SHA-256 of revoked tokens, hex. */
  revokedSha256: readonly string[]
  revokedJti: readonly string[]
}

type Rule = Mishap & Pick<Fault, 'path' | 'method' | 'times'>

const AT_REST: Settings = {
  down: false,
  clockOffsetMs: 0,
  subscription: 'active',
  credits: 'free_tier',
  maintenance: false,
  migrating: false,
  queryRunMs: 0,
  partialCreate: false,
  rotatedKey: false,
}

export interface FaultBoard {
  /** Adds a fault to those in force. Throws a `FaultShapeError` that names the member it cannot read. */
  add(fault: unknown): void
  clear(): void
  report(): FaultReport
  /**
   * What happens to this request: the delay of the oldest rule that has one, and the failure of the oldest
   * rule that has one. What hits is used up by one.
   */
  takeMishap(method: string, path: string): Mishap
  now(): number
  isRevoked(token: string, jti: string | undefined): boolean
  settings(): Readonly<Settings>
}

/** `absent` are the members that make no sense on this server; a fault with one of them is refused. */
export function createFaultBoard(absent: readonly (keyof Fault)[] = []): FaultBoard {
  let rules: Rule[] = []
  let settings = AT_REST
  const revokedSha256 = new Set<string>()
  const revokedJti = new Set<string>()

  function revoke(named: NonNullable<Fault['revoke']>): void {
    if (typeof named === 'string') revokedSha256.add(sha256Of(named))
    else if ('sha256' in named) revokedSha256.add(named.sha256)
    else revokedJti.add(named.jti)
  }

  return {
    add(input) {
      const fault = parseFault(input)
      const senseless = absent.find((member) => Object.hasOwn(fault, member))
      if (senseless) throw new FaultShapeError(`${senseless}: this server has none`)
      const { revoke: named, ...others } = fault
      const { rule, changes } = sorted(others)
      settings = { ...settings, ...changes }
      if (named !== undefined) revoke(named)
      if (Object.keys(rule).length > 0) rules.push(rule)
    },
    clear() {
      rules = []
      settings = AT_REST
      revokedSha256.clear()
      revokedJti.clear()
    },
    report: () => ({
      rules: rules.map((rule) => ({ ...rule })),
      ...settings,
      revokedSha256: [...revokedSha256],
      revokedJti: [...revokedJti],
    }),
    takeMishap(method, path) {
      if (settings.down) return { drop: true }
      const hit = rules.filter((rule) => isHit(rule, method, path))
      const slow = hit.find(({ delayMs }) => delayMs !== undefined)
      const failing = hit.find(({ status, drop, body }) => status !== undefined || drop || body)
      for (const rule of new Set([slow, failing])) if (rule?.times !== undefined) rule.times -= 1
      rules = rules.filter(({ times }) => times !== 0)
      return {
        delayMs: slow?.delayMs,
        status: failing?.status,
        drop: failing?.drop,
        body: failing?.body,
        when: failing?.when ?? slow?.when,
      }
    },
    now: () => Date.now() + settings.clockOffsetMs,
    isRevoked: (token, jti) =>
      revokedSha256.has(sha256Of(token)) || (jti !== undefined && revokedJti.has(jti)),
    settings: () => settings,
  }
}

const RULE_MEMBERS = new Set([
  'path',
  'method',
  'times',
  'status',
  'drop',
  'body',
  'delayMs',
  'when',
])

/** Parts what sets something from the rule beside it. */
function sorted(fault: Omit<Fault, 'revoke'>): { rule: Rule; changes: Partial<Settings> } {
  const entries = Object.entries(fault)
  return {
    rule: Object.fromEntries(entries.filter(([member]) => RULE_MEMBERS.has(member))),
    changes: Object.fromEntries(entries.filter(([member]) => !RULE_MEMBERS.has(member))),
  }
}

/** A preflight is hit only by a rule that names OPTIONS: it would use up what was meant for the call. */
function isHit({ path, method }: Rule, requestMethod: string, requestPath: string): boolean {
  if (method !== undefined ? method !== requestMethod : requestMethod === 'OPTIONS') return false
  if (path === undefined) return true
  return path.endsWith('*') ? requestPath.startsWith(path.slice(0, -1)) : path === requestPath
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
