/** Takes a token back at the upstream, where that can be done. */
import type { Registry } from './audiences.ts'
import type { Clock } from './clock.ts'
import { withDeadline } from './deadline.ts'
import type { MintedToken, Minter } from './minter.ts'
import type { CachedToken } from './token-slots.ts'
import type { UpstreamGuard } from './upstream-guard.ts'

/** Rejects where the upstream fails or refuses. Without a minter that can revoke it does nothing. */
export type UpstreamRevoke = (audience: string, token: CachedToken) => Promise<void>

export interface UpstreamRevokeParts {
  registry: Registry
  guard: UpstreamGuard
  clock: Required<Clock>
  timeoutMs: number
}

export function createUpstreamRevoke(parts: UpstreamRevokeParts): UpstreamRevoke {
  const { registry, guard, clock, timeoutMs } = parts
  return async (audience, token) => {
    const minter = registry.find(audience)?.entry.minter
    if (!minter || !isRevocable(minter)) return
    const onTimeout = (): Error =>
      Object.assign(new Error(`not revoked within ${timeoutMs} ms`), { code: 'upstream_timeout' })
    await guard({ audience, minter: minter.name }, async () =>
      withDeadline({ clock, timeoutMs, onTimeout }, (signal) =>
        minter.revoke(asMinted(token), { signal }),
      ),
    )
  }
}

/** Tokens that all users share are not one user's to revoke. */
export function isRevocable(minter: Minter): minter is Minter & Required<Pick<Minter, 'revoke'>> {
  return minter.revoke !== undefined && !minter.shareable
}

function asMinted({ value, expiresAt, scope, resource, id }: CachedToken): MintedToken {
  return {
    value,
    expiresAt,
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource }),
    ...(id !== undefined && { id }),
  }
}
