/** Which failures had to be: those that no client could have spared the app. */
import { isTokenError } from '@valetkey/client'

/** How a call ended for the app: with an answer, or with an error. */
export type Outcome = { readonly status: number } | { readonly error: unknown }

/** How things stood when it ended. */
export interface Circumstances {
  readonly isOffline: boolean
  /** The vault was taken down, or came back this moment. */
  readonly isVaultDown: boolean
  /** The broker was broken, or is about to recover. */
  readonly isBrokerBroken: boolean
  /** A token for the vault was there, with life left in it. */
  readonly isTokenUsable: boolean
  /** The vault has answered this browser before. */
  readonly isReachable: boolean
}

/** A 404 or a 403 is an answer; a 401, a 500 or silence is none that an app can use. */
export function isFailure(outcome: Outcome): boolean {
  return 'error' in outcome || outcome.status === 401 || outcome.status >= 500
}

/** What neither succeeded nor failed: the user changed, or was never granted what was asked for. */
export function isBesideThePoint({ error }: { error?: unknown }): boolean {
  return isTokenError(error) && ['identity_changed', 'invalid_target'].includes(error.code)
}

/**
 * True for a failure that had to be. That the broker is broken is a reason only once there is no usable
 * token left: until then the client has all that it needs.
 */
export function isDue(outcome: Outcome, circumstances: Circumstances): boolean {
  const { isOffline, isVaultDown, isBrokerBroken, isTokenUsable, isReachable } = circumstances
  if (isOffline || isVaultDown || (isBrokerBroken && !isTokenUsable)) return true
  return 'error' in outcome && !isTokenError(outcome.error) && !isReachable
}
