/** Tokens for the app's own server, within the configuration's bounds. */
import { splitAudience } from '@valetkey/protocol'
import type { Found, Registry, Target } from './audiences.ts'
import { type Authorization, type Granted, narrowed } from './authorize.ts'
import type { Clock } from './clock.ts'
import { suggestion } from './did-you-mean.ts'
import { reportDecision } from './decision.ts'
import type { Report } from './events.ts'
import { knownError } from './faults.ts'
import { atLeast, FRESH_SHARE, lifetimeOf } from './lifetime.ts'
import { OAuthError } from './oauth-error.ts'
import type { CachedToken } from './token-slots.ts'
import type { TokenSupply } from './token-supply.ts'
import type { Trace, Tracing } from './trace.ts'
import type { Audiences, Broker, Principal, ServerMintOptions, ServerToken } from './types.ts'

export interface ServerMintParts<P extends Principal> {
  registry: Registry
  authorize: Authorization<P>
  supply: TokenSupply
  clock: Required<Clock>
  report: Report
  tracing: Tracing
}

/** Both reject with an `OAuthError`. */
export function createServerMint<P extends Principal>(
  parts: ServerMintParts<P>,
): Pick<Broker<Audiences, P>, 'mint' | 'mintAll'> {
  async function mintAll(
    audience: string,
    subject: string | P,
    options: ServerMintOptions = {},
  ): Promise<readonly ServerToken[]> {
    const isAuthorized = typeof subject !== 'string'
    const { report, registry, tracing } = parts
    const trace = tracing.begin(undefined, 'mint')
    const label = registry.labelOf(audience)
    const tell = (outcome: 'granted' | OAuthError['code']): void =>
      report({ event: 'server-mint', audience: label, isAuthorized, outcome })
    try {
      const tokens = await mintTargets(parts, { audience, subject, options, trace })
      tell('granted')
      trace.end({ attributes: {} })
      return tokens
    } catch (error) {
      const known = knownError(report, error)
      tell(known.code)
      const asked = { via: 'server', subject: subjectOf(subject), audience: label } as const
      reportDecision(report, { ...asked, result: known })
      trace.end({ error: known.code, attributes: {} })
      throw known
    }
  }

  return {
    mintAll,
    async mint(audience, subject, options) {
      const members = membersOf(parts.registry, audience)
      if (members)
        throw new OAuthError(
          'invalid_target',
          `${audience} is a group; name one of its members (${members.join(', ')}), or use mintAll`,
        )
      const [token] = await mintAll(audience, subject, options)
      if (!token) throw new OAuthError('server_error', 'The broker has failed')
      return token
    },
  }
}

interface Wanted<P extends Principal> {
  audience: string
  subject: string | P
  options: ServerMintOptions
  trace: Trace
}

function subjectOf(subject: string | Principal): string {
  return typeof subject === 'string' ? subject : subject.subject
}

async function mintTargets<P extends Principal>(
  parts: ServerMintParts<P>,
  wanted: Wanted<P>,
): Promise<readonly ServerToken[]> {
  checkWanted(wanted)
  const { subject, options, trace } = wanted
  const principal: Principal =
    typeof subject === 'string' ? { subject, login: 'server', context: options.context } : subject
  const granted = await grantedOf(parts, wanted)
  if (granted.targets.length === 0)
    throw new OAuthError('temporarily_unavailable', 'The group has no members right now')
  return Promise.all(
    granted.targets.map(async (target) => {
      const token = await supplied(parts, { target, principal, granted, options, trace })
      const { audience } = target
      const asked = { via: 'server', subject: principal.subject, audience } as const
      reportDecision(parts.report, { ...asked, result: { token } })
      return serverToken(target, token)
    }),
  )
}

function checkWanted({
  subject,
  options: { lifetimeMs },
}: Pick<Wanted<Principal>, 'subject' | 'options'>): void {
  if (subject === '')
    throw new OAuthError('invalid_request', 'subject is empty; say for whom the token is')
  if (lifetimeMs !== undefined && !(lifetimeMs > 0 && lifetimeMs < Infinity))
    throw new OAuthError('invalid_request', 'lifetimeMs is not a number of milliseconds above 0')
}

/** A bare subject has no login, so the policy, which is about logins, is not asked. */
async function grantedOf<P extends Principal>(
  { registry, authorize }: ServerMintParts<P>,
  { audience, subject, options: { scope, lifetimeMs } }: Wanted<P>,
): Promise<Granted> {
  const found = foundIn(registry, audience)
  if (typeof subject === 'string') return narrowed(found, true, scope)
  const wish = {
    audience,
    ...(scope !== undefined && { scope }),
    ...(lifetimeMs !== undefined && { ttl: lifetimeMs / 1000 }),
  }
  return authorize(subject, wish, crypto.randomUUID())
}

/** Code of the app's own may be told what a stranger may not: that there is no such audience. */
function foundIn(registry: Registry, audience: string): Found {
  const found = registry.find(audience)
  if (found) return found
  const { name, member } = splitAudience(audience)
  const inGroup = member === undefined ? undefined : registry.find(name)
  const known = inGroup?.isGroup ? inGroup.targets.map((target) => target.audience) : registry.names
  throw new OAuthError(
    'invalid_target',
    `there is no audience of this name${suggestion(audience, known)}; known are ${known.join(', ')}`,
  )
}

interface Supplied {
  target: Target
  principal: Principal
  granted: Granted
  options: ServerMintOptions
  trace: Trace
}

async function supplied(
  { supply, clock }: Pick<ServerMintParts<never>, 'supply' | 'clock'>,
  { target, principal, granted, options: { lifetimeMs }, trace }: Supplied,
): Promise<CachedToken> {
  const { minter, maxLifetimeMs } = target.entry
  const { limits, freshShare = FRESH_SHARE } = minter
  const now = clock.now()
  const lifetime = lifetimeOf(
    {
      limits,
      configuredMs: maxLifetimeMs,
      grantedMs: granted.maxLifetimeMs,
      ttlSeconds: lifetimeMs === undefined ? undefined : lifetimeMs / 1000,
      loginEndsAt: principal.expiresAt,
    },
    now,
  )
  return supply({
    target,
    principal,
    scope: granted.scope,
    // The token stays on the server, so it may be what the upstream has, unless less was asked for.
    lifetime: lifetimeMs === undefined ? atLeast(lifetime, { limits, now }) : lifetime,
    freshShare,
    trace,
  })
}

/** Nothing enumerable holds the text, so that a logged token shows none of it. */
function serverToken({ audience, entry }: Target, token: CachedToken): ServerToken {
  const { value, expiresAt, scope, resource = entry.resource } = token
  const shown = { audience, expiresAt, scope, resource }
  return Object.freeze(Object.defineProperty({ ...shown, value }, 'value', { enumerable: false }))
}

function membersOf(registry: Registry, audience: string): string[] | undefined {
  const found = registry.find(audience)
  return found?.isGroup ? found.targets.map((target) => target.audience) : undefined
}
