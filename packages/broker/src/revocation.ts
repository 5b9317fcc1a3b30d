/** Forgets tokens in every process, and takes back at the upstream what was one login's alone. */
import type { Report } from './events.ts'
import type { GivenToken, GivenTokens, Holder } from './given-tokens.ts'
import { audienceMark, subjectMark } from './marks.ts'
import { mintError, OAuthError } from './oauth-error.ts'
import { describeError } from './redact.ts'
import type { SharedCache } from './shared-cache.ts'
import type { TokenCache } from './token-cache.ts'
import type { RevokeScope } from './types.ts'
import type { UpstreamRevoke } from './upstream-revoke.ts'

/** Rejects with an `OAuthError` if something is left to do; asking again does only that. */
export type Revocation = (scope: RevokeScope, requestId?: string) => Promise<void>

export interface RevocationParts {
  cache: Pick<TokenCache, 'forget'>
  shared: SharedCache | undefined
  given: GivenTokens
  revokeUpstream: UpstreamRevoke
  report: Report
}

export function createRevocation(parts: RevocationParts): Revocation {
  const { cache, shared, given, revokeUpstream, report } = parts

  async function forget({ subject, audience }: RevokeScope): Promise<void> {
    // All of a subject's where one audience would do: what is forgotten too much costs a mint.
    const mark = subject === undefined ? audienceMark(audience ?? '') : subjectMark(subject)
    cache.forget([mark])
    await shared?.revoke([mark])
  }

  /** The tokens that the upstream would not take back, with the reason of the first. */
  async function takeBack(holder: Holder, audience: string | undefined): Promise<Taken> {
    const tokens = (await given.find(holder)).filter((one) => isOf(one, audience))
    const results = await Promise.allSettled(
      tokens.map(async (one) => revokeUpstream(one.audience, one.token)),
    )
    const isDone = (_: unknown, index: number): boolean => results[index]?.status === 'fulfilled'
    const done = tokens.filter(isDone)
    if (done.length > 0) await given.strike(holder, done)
    const reasons = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    )
    return { revoked: done.length, reasons }
  }

  return async (scope, requestId) => {
    const { subject, login, audience } = scope
    const [forgotten, taken] = await Promise.allSettled([
      forget(scope),
      subject === undefined ? NOTHING : takeBack({ subject, login }, audience),
    ])
    const { revoked, reasons } = taken.status === 'fulfilled' ? taken.value : NOTHING
    const faults = [
      ...(forgotten.status === 'rejected' ? [forgotten.reason as unknown] : []),
      ...(taken.status === 'rejected' ? [taken.reason as unknown] : []),
      ...reasons,
    ]
    report({
      event: 'revocation',
      ...(requestId !== undefined && { requestId }),
      ...(audience !== undefined && { audience }),
      revoked,
      failed: reasons.length,
      ...(faults.length > 0 && { detail: describeError(faults[0]) }),
    })
    if (forgotten.status === 'rejected' || taken.status === 'rejected') throw unreachable()
    if (reasons.length > 0) throw refusalOf(reasons[0])
  }
}

interface Taken {
  revoked: number
  reasons: readonly unknown[]
}

const NOTHING: Taken = { revoked: 0, reasons: [] }

/** Of the audience itself, or of a member of the group of that name. */
function isOf(given: GivenToken, audience: string | undefined): boolean {
  if (audience === undefined || given.audience === audience) return true
  return given.audience.startsWith(`${audience}/`)
}

function unreachable(): OAuthError {
  const text =
    'The tokens are forgotten here, but not every process of the broker could be told yet'
  return new OAuthError('temporarily_unavailable', text)
}

function refusalOf(reason: unknown): OAuthError {
  if (reason instanceof OAuthError) return reason
  return mintError(Reflect.get(Object(reason), 'code'), { cause: reason })
}
