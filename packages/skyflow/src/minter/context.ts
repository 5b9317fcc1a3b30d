/** What a bearer says of its user, for policies that read `request.context`. */
import { MintError } from '@valetkey/broker'
import type { SkyflowSession } from './roles.ts'

/** A text, or an object whose names hold letters, digits and `_`. */
export type SkyflowContext = string | Readonly<Record<string, unknown>>

/**
 * Where the `ctx` of the assertion comes from. `true`: the `context` that `authenticate` gave, as it is. A
 * function picks from the session; `null` stands for no context.
 */
export type SkyflowContextSource = true | ((session: SkyflowSession) => SkyflowContext | null)

const NAME = /^[a-zA-Z0-9_]+$/

/**
 * The `ctx`, or `undefined` for none.
 *
 * @throws {MintError} `invalid_target` if it cannot be had: without it, a policy might allow more.
 */
export function contextOf(
  session: SkyflowSession,
  source: SkyflowContextSource | undefined,
): SkyflowContext | undefined {
  if (source === undefined) return undefined
  const context: unknown = source === true ? session.context : source(session)
  if (context === null && source !== true) return undefined
  if (isContext(context)) return context
  throw new MintError(
    'invalid_target',
    'no usable Skyflow context for this user; it must be a text, or an object with names of letters, digits and _',
  )
}

/** Empty ones are left out by Skyflow's own clients, so they would be none. */
function isContext(value: unknown): value is SkyflowContext {
  if (typeof value === 'string') return value !== ''
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const names = Object.keys(value)
  return names.length > 0 && names.every((name) => NAME.test(name))
}
